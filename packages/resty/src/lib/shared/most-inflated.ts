/** What a session may grow to when it is inflated: a cookie of 36 KiB can hold 36 MiB of one letter. */
export const MOST_INFLATED = 1_048_576
