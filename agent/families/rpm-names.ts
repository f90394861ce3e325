// What rpm prints of the packages it has installed, a line for each: "nginx 1792730640 1.20.1-14.el9". Recordings of before
// have no version. Pure.

const LINE = /^(\S{1,255}) (\d{1,12})(?: (\S{1,255}-\S{1,255}))?$/

export type RpmPackage = { name: string; installedAt: number; version: string | null }

/** Null where one of the lines is none, or there is not one: then nothing is known of any. */
export function parseRpm(printed: string): RpmPackage[] | null {
  const found: RpmPackage[] = []
  for (const line of printed.split('\n')) {
    if (line.trim() === '') continue
    const [, name, seconds, version = null] = LINE.exec(line.trim()) ?? []
    if (name === undefined || seconds === undefined) return null
    found.push({ name, installedAt: Number(seconds), version })
  }
  // A database without a single package is one that could not be read.
  return found.length === 0 ? null : found
}

/** "nginx=1.20.1-14.el9", as lists of packages are carried; null where rpm did not say the versions. */
export function rpmEntries(packages: readonly RpmPackage[]): string[] | null {
  const entries = packages.flatMap(({ name, version }) =>
    version === null || `${name}${version}`.includes('=') ? [] : [`${name}=${version}`],
  )
  return entries.length === 0 ? null : [...new Set(entries)].sort()
}
