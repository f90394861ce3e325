// What a restart would make effective on this host: from what was read of its processes and ports.
import { portsAnsweredBy } from '../../shared/judgement/open-services.ts'
import { effectsOf, type Effect, type Fixed, type OldCode } from '../../shared/judgement/restart-effect.ts'
import type { ListenersSection } from '../../shared/sections/listeners.ts'
import type { OutdatedGroup, ProcessesSection } from '../../shared/sections/processes.ts'
import type { PackageFix, UpdatesSection } from '../../shared/sections/updates.ts'
import type { SnapshotDocument } from './snapshot-document.ts'

const NAMES_SHOWN_MAX = 4

/** Pure. */
export function effectsIn({ sections, judgement }: Pick<SnapshotDocument, 'sections' | 'judgement'>): Effect[] {
  const processes = (sections.processes?.value ?? null) as ProcessesSection | null
  const rows = (sections.listeners?.value ?? null) as ListenersSection | null
  const old = (processes?.outdated ?? []).map((group) => toOldCode(group, rows))
  const updates = (sections.updates?.value ?? null) as UpdatesSection | null
  const fixes = updates?.fixes?.filter(({ isInThisBoot }) => isInThisBoot === true).map(toFixed) ?? null
  return effectsOf({ state: judgement.state, packages: judgement.packages, old, fixes })
}

function toFixed({ package: name, cves, more, missing }: PackageFix): Fixed {
  return { package: name, cves, cvesMore: more, complete: missing === null }
}

function toOldCode(group: OutdatedGroup, rows: ListenersSection | null): OldCode {
  const { unit = null, container = null, isLocal = false, more = 0, pids } = group
  const ports = rows === null ? null : portsAnsweredBy(group.unit, rows)
  return { ...group, unit, container, isLocal, ports, processes: pids.length + more }
}

export function explainEffects(effects: readonly Effect[]): string[] {
  return effects.flatMap(({ name, old, fixes, ports, remedy, command }) => [
    `  ${name}: ${old === null ? 'what it would bring could not be read' : oldText(old)}`,
    ...(fixes === null ? [] : [`    fixes   ${fixes}`]),
    ...(ports.length === 0 ? [] : [`    ports   ${ports.map(portText).join(', ')}`]),
    `    enough  ${remedy}${command === null ? '' : `: ${command}`}`,
  ])
}

function oldText(old: readonly string[]): string {
  if (old.length === 0) return 'no package is named'
  const more = old.length - NAMES_SHOWN_MAX
  return `${old.slice(0, NAMES_SHOWN_MAX).join(', ')}${more > 0 ? ` and ${more} more` : ''}`
}

function portText({ protocol, port, verdict }: Effect['ports'][number]): string {
  return `${protocol} ${port} ${verdict}`
}
