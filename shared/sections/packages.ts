// Section `packages`: what dpkg counts as installed. One string a package: a list of them is a third of what objects cost.
import Type from 'typebox'
import { PACKAGE_ENTRY_LENGTH_MAX, PACKAGES_MAX } from '../protocol/limits.ts'

/** `name:arch=version`, followed by ` hold` where dpkg is told to keep it. */
export const packageEntry = Type.String({
  pattern: '^[^\\s=]+=[^\\s=]+( hold)?$',
  maxLength: PACKAGE_ENTRY_LENGTH_MAX,
  examples: ['libssl3:amd64=3.0.17-1~deb12u3'],
})

/** Sorted by UTF-16 code units. */
export const packagesSection = Type.Array(packageEntry, { maxItems: PACKAGES_MAX })
export type PackagesSection = Type.Static<typeof packagesSection>
