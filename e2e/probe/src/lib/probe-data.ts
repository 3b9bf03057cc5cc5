/** The session data of the example apps: a name, and whatever the probe API was asked to set. */
export interface ProbeData {
  name?: string
  [key: string]: unknown
}
