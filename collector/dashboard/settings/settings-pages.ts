// Which settings there are, and who may see them.
import { paths } from '../../../shared/protocol/paths.ts'
import type { Role } from '../../store/records.ts'
import { mayAct } from '../forms.ts'

const PAGES = [
  ['Policy', paths.policyPage(), 'reader'],
  ['Join keys', paths.joinKeysPage(), 'operator'],
  ['Tokens', paths.tokensPage(), 'admin'],
  ['Audit', paths.auditPage(), 'admin'],
] as const satisfies readonly (readonly [string, string, Role])[]

export type SettingsTitle = (typeof PAGES)[number][0]

/** Title and address of those that `role` may see. */
export function settingsPagesFor(role: Role | null): readonly (readonly [SettingsTitle, string])[] {
  return PAGES.filter(([, , least]) => mayAct(role, least)).map(([title, href]) => [title, href])
}
