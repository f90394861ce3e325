// The version of IP, as everything here names it.

export type Family = 4 | 6
