/** Sections of a report, in report order. */
export const SECTION_NAMES = [
  'host',
  'boot',
  'sentinel',
  'kernel',
  'listeners',
  'packages',
  'exposure',
  'processes',
  'updates',
  'components',
] as const
export type SectionName = (typeof SECTION_NAMES)[number]

export function isSectionName(name: string): name is SectionName {
  return (SECTION_NAMES as readonly string[]).includes(name)
}
