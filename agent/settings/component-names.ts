// Setting `components`: names of what operators care about, checked.
import { USUAL } from '../components/known.ts'

const NAMES_MAX = 50
/** deb-policy(7) 5.6.1, and "*". */
const NAME = /^[a-z0-9*][a-z0-9+.*_-]{0,99}$/
const FIX = `write a list of names of packages, such as ["${USUAL}", "haproxy", "shop-*"]`

/** A list in the file; "a,b" elsewhere. */
export function checkComponents(value: unknown): { value: string[] } | { fix: string } {
  const names = typeof value === 'string' ? value.split(',').map((name) => name.trim()) : value
  if (!Array.isArray(names)) return { fix: FIX }
  if (names.length > NAMES_MAX) return { fix: `keep at most ${NAMES_MAX} names` }
  const wrong = names.find((name) => typeof name !== 'string' || !NAME.test(name)) as unknown
  return wrong === undefined ? { value: names as string[] } : { fix: FIX }
}
