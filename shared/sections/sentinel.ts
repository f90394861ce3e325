// Section `sentinel`: the flag /run/reboot-required and its .pkgs, from /run and, where that is another place, /var/run.
import Type from 'typebox'
import { FLAG_PACKAGES_MAX } from '../protocol/limits.ts'
import { moment, orNull, packageName, shortText } from './text.ts'

export const sentinelSection = Type.Object({
  /** A regular file of root's with the flag's name exists in one of the places. */
  present: Type.Boolean(),
  /** Left over from an earlier boot (/run is no tmpfs and the flag is older than the boot): shown, not counted. */
  stale: Type.Boolean(),
  /** Names out of .pkgs, blanks and duplicates dropped, order kept; [] without a .pkgs, null where it could not be read. */
  packages: orNull(Type.Array(packageName, { maxItems: FLAG_PACKAGES_MAX })),
  /** Why `packages` is null. */
  packagesProblem: orNull(shortText),
  /** First line of the flag, as its writer localised it. */
  text: orNull(shortText),
  /** Where the flag was found, e.g. ["/run/reboot-required"]. */
  sources: Type.Array(shortText, { maxItems: 4 }),
  /** First request in this boot, null while there is no flag. */
  since: orNull(moment),
})
export type SentinelSection = Type.Static<typeof sentinelSection>
