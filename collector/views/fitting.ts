// Lists are kept small: a host that names a thousand packages must not make every list of servers slow.

/** Characters of package names, and of tags, that one server may bring into a list. */
const NAMES_LENGTH_MAX = 400
const TAGS_LENGTH_MAX = 400

/** The first names that fit. */
export function fittingNames(names: readonly string[]): string[] {
  return fitting(names, (name) => name.length, NAMES_LENGTH_MAX)
}

/** The first tags that fit. */
export function fittingTags(tags: Readonly<Record<string, string>>): Record<string, string> {
  const entries = Object.entries(tags)
  return Object.fromEntries(fitting(entries, ([key, value]) => key.length + value.length, TAGS_LENGTH_MAX))
}

function fitting<T>(items: readonly T[], lengthOf: (item: T) => number, lengthMax: number): T[] {
  let left = lengthMax
  const end = items.findIndex((item) => (left -= lengthOf(item)) < 0)
  return end === -1 ? [...items] : items.slice(0, end)
}
