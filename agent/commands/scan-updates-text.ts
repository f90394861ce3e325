// What the scan of updates found, for people: as `explain` puts it, without who changed packages, which takes no scan.
import type { UpdatesFacts } from '../../shared/facts/updates.ts'
import { explainFixes } from './explain-fixes.ts'
import { explainPending } from './explain-updates.ts'
import { harmless } from './snapshot-text.ts'

export function updatesText(facts: UpdatesFacts): string {
  const lines = ['updates', ...explainPending(facts), 'what upgrades fixed', ...explainFixes(facts)]
  return `${lines.map(harmless).join('\n')}\n`
}
