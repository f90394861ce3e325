// What the store keeps of a server. One record is the whole truth about it except the values too large to hold in memory.
// Times are epoch ms of the collector's clock.
import type { ExploitedFix } from '../../shared/judgement/known-exploited.ts'
import type { PortDeclaration } from '../../shared/judgement/port-declarations.ts'
import type { Snooze } from '../../shared/judgement/snooze.ts'
import type { ObservedSections, Since } from '../../shared/judgement/subject.ts'
import type { ClearCause, EventType, HistoryEvent } from '../../shared/judgement/transition.ts'
import type { Lifecycle, Verdict } from '../../shared/judgement/verdict.ts'
import type { ComponentsSection } from '../../shared/sections/components.ts'
import type { ListenersSection } from '../../shared/sections/listeners.ts'
import type { PackagesSection } from '../../shared/sections/packages.ts'
import type { ProcessesSection } from '../../shared/sections/processes.ts'
import type { ListenersSummary } from '../../shared/sections/summaries.ts'
import type { UpdatesSection } from '../../shared/sections/updates.ts'

/**
 * Values too large to be held in memory with their server: there it has a summary of them. The newest list that was ever
 * accepted stays; whether it still counts, the section on the record says.
 */
export type StoredValues = {
  listeners: ListenersSection
  packages: PackagesSection
  processes: ProcessesSection
  updates: UpdatesSection
  components: ComponentsSection
}
export type StoredSection = keyof StoredValues

export type Role = 'reader' | 'operator' | 'admin'

/** Where the stream of a server's reports stands: what decides whether the next one is new, old, or a copy's. */
export type Acceptance = {
  instance: string | null
  seq: number
  /** As the last accepted report named it. */
  root: string | null
  /** Do `digests` give `root`? If not, there are sections we asked for and have not got yet. */
  complete: boolean
  /** Digest per section, of what we took over last; sections of newer agents that we cannot read are among them. */
  digests: Readonly<Record<string, string>>
  /** The last 64 instances superseded, newest last, with the highest `seq` each ever used. */
  formerInstances: readonly { instance: string; seq: number }[]
  /** When superseded instances came back alive, newest last: three in 10 min can only be two live copies. */
  returnsAt: readonly number[]
}

export type BootRecord = {
  kernelBootId: string | null
  /** Null while the host could not tell which boot this is. */
  runMarker: string | null
  /** Converted once at first acceptance. */
  bootedAt: number | null
  /** Uptime moments of this boot already converted to times; they only move earlier. */
  moments: Partial<Record<'sentinel' | 'kernel', { uptimeMs: number; at: number; quality: Since['quality'] }>>
  /** Earliest need seen in this boot; survives a flag that is removed and comes back. */
  since: Since | null
  /** When it said that it goes down to restart; absent or null: it did not, or was heard again since. */
  goodbyeAt?: number | null
}

export type ServerRecord = {
  id: string
  credentialHash: string
  /** Announced by the server, not used yet; see rotate-credential.ts. Absent or null: none. */
  nextCredential?: { hash: string; announcedAt: number } | null
  joinKeyId: string | null
  lifecycle: Lifecycle
  /** The name given at enrolment until section `host` says better. */
  enrolledName: string
  /** Application bound to the join key; wins over agent.toml's. */
  joinKeyApplication: string | null
  ephemeral: boolean
  machineId: string | null
  createdAt: number
  /** When an operator let it in last; forgetting waits from then on. */
  approvedAt?: number
  acceptance: Acceptance
  /** Id of the reason that history told last. Absent: none had one. */
  reasonId?: string
  boot: BootRecord | null
  sections: ObservedSections
  heartbeatMs: number
  lastContactAt: number | null
  /** Last accepted report that changed something. */
  lastReportAt: number | null
  /** While it holds nobody is asked to look at this server; absent or null: none. */
  snooze?: Snooze | null
  /** What operators say of its ports and still counts; absent or null: nothing. */
  declarations?: readonly PortDeclaration[] | null
  /** What its ports come to with that, as judged last; absent or null: what the host says alone. */
  declaredListeners?: ListenersSummary | null
  /** What upgrades of this boot fixed that is known to be exploited; absent: nothing, or the collector has no list. */
  knownExploited?: readonly ExploitedFix[]
  verdict: Verdict
  /** Rises with every change of this record that readers can see; the id of its change. */
  revision: number
}

/** The name people know the server by. */
export function nameOf(record: ServerRecord): string {
  return record.sections.host?.value?.name ?? record.enrolledName
}

/** The running kernel's release. Section `kernel` is absent where the host does not choose it: containers, WSL, some clouds. */
export function kernelOf({ sections }: Pick<ServerRecord, 'sections'>): string | null {
  return sections.kernel?.value?.running.release ?? sections.host?.value?.kernelRelease ?? null
}

/** Somebody knows, and has said until when: nobody is asked to look. */
export function isSnoozed({ snooze }: Pick<ServerRecord, 'snooze'>): boolean {
  return snooze !== undefined && snooze !== null
}

/** The ports it is judged by: with what operators declared. Null: not known. */
export function listenersOf({ declaredListeners, sections }: ServerRecord): ListenersSummary | null {
  return declaredListeners ?? sections.listeners?.value ?? null
}

/** What the judge looks at: the host's own section, its value as declared. */
export function judgedSections({ sections, declaredListeners }: ServerRecord): ObservedSections {
  if (sections.listeners === undefined || (declaredListeners ?? null) === null) return sections
  return { ...sections, listeners: { ...sections.listeners, value: declaredListeners ?? null } }
}

/** What was bound to the join key wins over agent.toml. */
export function applicationOf(record: ServerRecord): string | null {
  return record.joinKeyApplication ?? record.sections.host?.value?.application ?? null
}

/** One accepted change, in the order of commits. Everything downstream follows these. */
export type ChangeRecord = { id: number; serverId: string; at: number; events: HistoryEvent[] }

/** How many active servers stood how; each counts once, and most of them in none of the first three. */
export type DayTally = {
  promoted: number
  /** Not promoted, but in need of a restart. */
  restartRequired: number
  /** Neither, and nobody can tell. */
  cannotTell: number
  total: number
}
/** `day` counts days since 1970-01-01 UTC. */
export type DayCounts = DayTally & { day: number }

/** One line of history, as the API lists it. */
export type HistoryRecord = {
  id: number
  at: number
  serverId: string
  serverName: string
  application: string | null
  type: EventType
  cause: ClearCause | null
  data: Record<string, unknown>
}

export type JoinKeyRecord = {
  id: string
  secretHash: string
  createdAt: number
  expiresAt: number
  usesMax: number
  uses: number
  application: string | null
  /** CIDR blocks an enrolment may come from; [] = anywhere. */
  cidrs: string[]
  approve: 'auto' | 'pending'
  ephemeral: boolean
  revokedAt: number | null
}

export type TokenRecord = {
  id: string
  secretHash: string
  name: string
  role: Role
  createdAt: number
  expiresAt: number | null
  revokedAt: number | null
}

export type SessionRecord = { idHash: string; tokenId: string; createdAt: number; expiresAt: number }

export type AuditRecord = {
  id: number
  at: number
  actor: string
  action: string
  subject: string
  detail: Record<string, unknown>
}
