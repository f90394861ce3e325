// The server document: what the API answers, pages show and streams push. Keys and order are the API's contract.
// What is not known is null. Fields that nothing fills yet are null too, never 0, "" or [].
import { headline } from '../../shared/judgement/headline.ts'
import { declaredRow } from '../../shared/judgement/port-declarations.ts'
import type {
  Evidence,
  Exposure,
  Lifecycle,
  PromotionReason,
  Reporting,
  Signal,
  State,
  Verdict,
} from '../../shared/judgement/verdict.ts'
import type { Component, ComponentsSection } from '../../shared/sections/components.ts'
import type { ListenersSection } from '../../shared/sections/listeners.ts'
import { SECTION_NAMES, type SectionName } from '../../shared/sections/names.ts'
import type { ProcessesSection } from '../../shared/sections/processes.ts'
import type { Outcome } from '../../shared/sections/section.ts'
import type { SinceQuality } from '../../shared/sections/text.ts'
import type { UpdatesSection } from '../../shared/sections/updates.ts'
import { applicationOf, kernelOf, listenersOf, nameOf, type BootRecord, type ServerRecord } from '../store/records.ts'
import { openServicesOf, signalsOf } from './evidence.ts'
import { fittingNames, fittingOutdated, fittingPorts, fittingSnooze, fittingTags } from './fitting.ts'
import { type ListenerView, openPortsOf, type OpenPortView, toListenerViews } from './listeners-view.ts'
import { osText } from './os-text.ts'
import { outdatedOf, type OutdatedProcessView, type OutdatedView, toOutdatedViews } from './outdated-view.ts'
import { portDeclarationsOf, snoozeOf, type PortDeclarationView, type SnoozeView } from './operators-view.ts'
import { toRfc3339 } from './rfc3339.ts'
import { toUpdatesViews, type UpdatesViews } from './updates-view.ts'

/** What lists carry. All times are RFC 3339 UTC. */
export type ServerItem = {
  id: string
  name: string
  application: string | null
  environment: string | null
  tags: Record<string, string>
  lifecycle: Lifecycle
  state: State
  lastKnown: { state: State; at: string } | null
  reporting: Reporting
  exposure: Exposure
  promoted: boolean
  /** Also while it is snoozed: then nobody is asked to look because of them. */
  reasons: PromotionReason[]
  snoozed: SnoozeView | null
  headline: string
  since: string | null
  sinceQuality: SinceQuality | null
  staleAt: string | null
  /** In lists only as many as fit; the server's own document has all. */
  packages: string[] | null
  /** In lists only as many as fit. */
  openPorts: OpenPortView[] | null
  /** How many there are besides those named. */
  openPortsMore: number | null
  /** What runs replaced code; null where nobody looked, or could. */
  outdated: OutdatedView | null
  os: string | null
  kernel: string | null
  agentVersion: string | null
  bootId: string | null
  bootedAt: string | null
  /** Last report or heartbeat. */
  lastReportAt: string | null
  revision: number
}

export type SignalView = Pick<Signal, 'name' | 'value' | 'source' | 'role' | 'says' | 'why'> & { readAt: string | null }
/** `tools`: whose rules they are, [] where there are none; null while they cannot be read. */
export type FirewallView = { tools: string[] | null; readable: boolean; readAt: string }
type SectionView = { outcome: Outcome; reason: string | null; readAt: string }

export type ServerDocument = ServerItem & {
  signals: SignalView[]
  listeners: ListenerView[] | null
  /** What operators say of its ports here; what its own root says stands in its listeners alone. */
  portDeclarations: PortDeclarationView[]
  /** Null: nobody tells of one. */
  firewall: FirewallView | null
  outdatedProcesses: OutdatedProcessView[] | null
  /** Null, as the next one, where nobody looked, or could: `updatesMissing` says why. */
  pending: UpdatesViews['pending']
  /** Versions of what operators care about; null where nobody looked. */
  components: Component[] | null
  /** Why there may be more of them; null: everywhere was looked. */
  componentsMissing: string | null
  packagesCount: number | null
  unattendedUpgrades: UpdatesViews['unattendedUpgrades']
  packageRuns: UpdatesViews['packageRuns']
  updatesMissing: UpdatesViews['updatesMissing']
  /** What upgrades fixed; null as those above. */
  fixes: UpdatesViews['fixes']
  addresses: string[] | null
  /** As systemd-detect-virt(1) names it; "none" on bare metal. */
  virtualization: string | null
  sections: Partial<Record<SectionName, SectionView>>
}

/** The part of the document that lists carry, about 1 KB. `lastContactAt` and `now` are epoch ms. */
export function toServerItem(record: ServerRecord, lastContactAt: number | null, now: number): ServerItem {
  const whole = wholeItem(record, lastContactAt, now)
  const beside = {
    isSnoozed: whole.snoozed !== null,
    hasService: (whole.outdated?.openServices.length ?? 0) > 0,
    isExploited: record.verdict.knownExploited !== undefined,
  }
  return {
    ...whole,
    tags: fittingTags(whole.tags, beside),
    snoozed: fittingSnooze(whole.snoozed),
    packages: whole.packages === null ? null : fittingNames(whole.packages, beside),
    ...fittingPorts(whole),
    outdated: whole.outdated === null ? null : fittingOutdated(whole.outdated),
  }
}

/** The whole document. `listeners`, `processes`: the newest the store has of the server; without it the rows are not known. */
export function toServerDocument(
  record: ServerRecord,
  lastContactAt: number | null,
  now: number,
  listeners: ListenersSection | null = null,
  processes: ProcessesSection | null = null,
  updates: UpdatesSection | null = null,
  components: ComponentsSection | null = null,
): ServerDocument {
  const host = record.sections.host?.value ?? null
  const changes = toUpdatesViews(record, updates, now)
  const rows = listeners?.map((row) => declaredRow(row, record.declarations ?? [])) ?? null
  return {
    ...wholeItem(record, lastContactAt, now),
    signals: signalsOf(record, lastContactAt, now).map(toSignalView),
    listeners: toListenerViews(record, rows),
    portDeclarations: portDeclarationsOf(record),
    firewall: firewallOf(record),
    outdatedProcesses: toOutdatedViews(record, processes, rows),
    pending: changes.pending,
    ...componentsOf(record, components),
    packagesCount: record.sections.packages?.value?.count ?? null,
    unattendedUpgrades: changes.unattendedUpgrades,
    packageRuns: changes.packageRuns,
    updatesMissing: changes.updatesMissing,
    fixes: changes.fixes,
    addresses: addressesOf(record),
    virtualization: virtualizationText(host?.virtualization ?? null),
    sections: toSectionViews(record),
  }
}

function wholeItem(record: ServerRecord, lastContactAt: number | null, now: number): ServerItem {
  const { verdict, boot, sections } = record
  const host = sections.host?.value ?? null
  const told = asHeard(verdict, lastContactAt)
  const open = openServicesOf(record, lastContactAt, now)
  return {
    id: record.id,
    name: nameOf(record),
    application: applicationOf(record),
    environment: host?.environment ?? null,
    tags: host?.tags ?? {},
    lifecycle: record.lifecycle,
    state: verdict.state,
    lastKnown: told.lastKnown === null ? null : { state: told.lastKnown.state, at: toRfc3339(told.lastKnown.at) },
    reporting: verdict.reporting,
    exposure: verdict.exposure,
    promoted: verdict.promoted,
    reasons: verdict.reasons,
    snoozed: snoozeOf(record),
    headline: headline(withEvidence(told, record, lastContactAt, now), now, listenersOf(record)?.openPorts, open),
    since: toRfc3339(verdict.since),
    sinceQuality: verdict.sinceQuality,
    staleAt: toRfc3339(verdict.staleAt),
    packages: verdict.packages,
    ...openPortsOf(record),
    outdated: outdatedOf(record, open),
    os: osText(host?.os ?? null),
    kernel: kernelOf(record),
    agentVersion: host?.agentVersion ?? null,
    bootId: bootIdText(boot),
    bootedAt: toRfc3339(boot?.bootedAt ?? null),
    lastReportAt: toRfc3339(lastContactAt),
    revision: record.revision,
  }
}

/** A verdict may count a contact from when the collector itself began to look. People are told the real one. */
function asHeard(verdict: Verdict, lastContactAt: number | null): Verdict {
  if (verdict.lastKnown === null || lastContactAt === null) return verdict
  return { ...verdict, lastKnown: { ...verdict.lastKnown, at: lastContactAt } }
}

/** Few sentences name what could not be read: of the others nobody asks for the evidence. */
function withEvidence(
  told: Verdict,
  record: ServerRecord,
  lastContactAt: number | null,
  now: number,
): Verdict & Readonly<Evidence> {
  return {
    ...told,
    get signals() {
      return signalsOf(record, lastContactAt, now)
    },
  }
}

/** Both halves of the pair: either one alone may survive a restart. */
function bootIdText(boot: BootRecord | null): string | null {
  return [boot?.kernelBootId, boot?.runMarker].filter((half) => typeof half === 'string').join('/') || null
}

function virtualizationText(found: { kind: string; name: string | null } | null): string | null {
  return found === null || found.kind === 'unknown' ? null : (found.name ?? found.kind)
}

function toSignalView({ name, value, source, readAt, role, says, why }: Signal): SignalView {
  return { name, value, source, readAt: toRfc3339(readAt), role, says, why }
}

/** From what the ports were judged last. Where there is no firewall to look at, that is no unreadable one. */
function firewallOf({ sections }: ServerRecord): FirewallView | null {
  const look = sections.exposure
  if (look === undefined || look.outcome === 'absent') return null
  const readable = look.outcome === 'observed'
  return { tools: readable ? (look.value?.tools ?? null) : null, readable, readAt: toRfc3339(look.readAt) }
}

/** The store keeps the last list there was; it counts as long as the section on the record does. */
function componentsOf(
  { sections }: ServerRecord,
  found: ComponentsSection | null,
): Pick<ServerDocument, 'components' | 'componentsMissing'> {
  if (found === null || (sections.components?.value ?? null) === null)
    return { components: null, componentsMissing: null }
  return { components: found.components, componentsMissing: found.missing }
}

function toSectionViews({ sections }: ServerRecord): ServerDocument['sections'] {
  const views: ServerDocument['sections'] = {}
  for (const name of SECTION_NAMES) {
    const look = sections[name]
    if (look !== undefined) views[name] = { outcome: look.outcome, reason: look.reason, readAt: toRfc3339(look.readAt) }
  }
  return views
}

/** Addresses others can reach the host at, in the order it gave them. */
export function addressesOf({ sections }: ServerRecord): string[] | null {
  const addresses = sections.host?.value?.addresses ?? null
  if (addresses === null) return null
  return [...new Set(addresses.filter((entry) => entry.scope !== 'host').map((entry) => entry.address))]
}
