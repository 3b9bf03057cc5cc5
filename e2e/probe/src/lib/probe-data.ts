/** The session data of the example apps: a name, the device it is on, and whatever the probe API was asked to set. */
export interface ProbeData {
  name?: string
  /** Kept at sign-in, for the list of somebody's sessions. */
  device?: string
  [key: string]: unknown
}
