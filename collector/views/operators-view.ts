// What operators said of a server: its snooze, and what they declared of its ports.
import { declarationKey, type PortDeclaration } from '../../shared/judgement/port-declarations.ts'
import type { PromotionReason } from '../../shared/judgement/verdict.ts'
import { nameOf, type ServerRecord } from '../store/records.ts'
import { toRfc3339 } from './rfc3339.ts'

/** All times are RFC 3339 UTC. `by`: as people know them. */
export type SnoozeView = { until: string; reason: string; by: string; at: string; covers: PromotionReason[] }
export type SnoozeItem = SnoozeView & { id: string; name: string }

export type PortDeclarationView = Pick<
  PortDeclaration,
  'protocol' | 'family' | 'port' | 'verdict' | 'reason' | 'by'
> & {
  /** The server's id and the port: "s2b6….tcp-443", "s2b6….tcp6-443". */
  id: string
  at: string
  until: string
  /** Does anything listen there? */
  isListening: boolean
}

export function snoozeOf({ snooze }: ServerRecord): SnoozeView | null {
  if (snooze === undefined || snooze === null) return null
  const { until, reason, by, at, covers } = snooze
  return { until: toRfc3339(until), reason, by, at: toRfc3339(at), covers: [...covers] }
}

/** Null: it is not snoozed. */
export function toSnoozeItem(record: ServerRecord): SnoozeItem | null {
  const snooze = snoozeOf(record)
  return snooze === null ? null : { id: record.id, name: nameOf(record), ...snooze }
}

export type PortDeclarationItem = PortDeclarationView & { serverId: string; serverName: string }

export function portDeclarationsOf({ id, declarations }: ServerRecord): PortDeclarationView[] {
  return (declarations ?? []).map((one) => toPortDeclarationView(id, one))
}

export function toPortDeclarationItems(record: ServerRecord): PortDeclarationItem[] {
  const server = { serverId: record.id, serverName: nameOf(record) }
  return portDeclarationsOf(record).map((one) => ({ ...one, ...server }))
}

/** `port`: as `declarationKey` gives it; '' for text that is no id of a declaration. */
export function splitDeclarationId(id: string): { serverId: string; port: string } {
  const [serverId = '', port = ''] = id.split('.', 2)
  return { serverId, port }
}

function toPortDeclarationView(serverId: string, declaration: PortDeclaration): PortDeclarationView {
  const { protocol, family, port, verdict, reason, by, at, until, found } = declaration
  return {
    id: `${serverId}.${declarationKey(declaration)}`,
    protocol,
    family,
    port,
    verdict,
    reason,
    by,
    at: toRfc3339(at),
    until: toRfc3339(until),
    isListening: found.length > 0,
  }
}
