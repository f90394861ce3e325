// Section `sentinel`: who asked for a restart. On Debian and Ubuntu the flag /run/reboot-required and its .pkgs, from /run and,
// where that is another place, /var/run; on other systems what they leave instead.
import Type from 'typebox'
import { FLAG_PACKAGES_MAX, REBOOT_MARKS_MAX } from '../protocol/limits.ts'
import { moment, orNull, packageName, shortText } from './text.ts'

/** A file by which other systems than Debian's say that a restart is needed. */
export const rebootMark = Type.Object({
  kind: Type.Union([Type.Literal('suse'), Type.Literal('amazon'), Type.Literal('update-engine')]),
  /** Where it lies, e.g. "/run/reboot-needed". */
  source: shortText,
  /** Its first line: SUSE's says which kind of restart is enough. */
  text: orNull(shortText),
})
export type RebootMark = Type.Static<typeof rebootMark>

/** Of a host whose packages are rpm's. */
const corePackages = Type.Object({
  /** Of the packages that take effect with a restart alone, those installed since the boot; null: not known. */
  packages: orNull(Type.Array(packageName, { maxItems: FLAG_PACKAGES_MAX })),
  /** Why `packages` is null. */
  problem: orNull(shortText),
})

/** Of a host that is upgraded by whole images (ostree, bootc). */
const nextImage = Type.Object({
  /** What the next boot starts, if that is not what runs; null: nothing else waits. */
  next: orNull(shortText),
  /** Why there may be something that was not found; null: all was looked at. */
  problem: orNull(shortText),
})

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
  /** First request in this boot, null while nothing in this section asks. */
  since: orNull(moment),
  /** There only where there is one. */
  marks: Type.Optional(Type.Array(rebootMark, { maxItems: REBOOT_MARKS_MAX })),
  /** There only where packages are rpm's. */
  core: Type.Optional(corePackages),
  /** There only on hosts that are upgraded by images. */
  image: Type.Optional(nextImage),
})
export type SentinelSection = Type.Static<typeof sentinelSection>
