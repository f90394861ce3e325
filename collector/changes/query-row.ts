// A record as the row a query asks. Made once per record and kept beside it: what a query looks at lies in one place in
// memory, where the record has it behind five references. For 100,000 servers that is most of the time a query takes.
import type { QueryRow } from '../../shared/query/row.ts'
import { applicationOf, isSnoozed, kernelOf, listenersOf, nameOf, type ServerRecord } from '../store/records.ts'

/** When a server was last heard, epoch ms; null: never. Shared by its rows, and moved with every heartbeat. */
export type Contact = { at: number | null }
export type ContactOf = (id: string) => Contact

/** What half a fleet has in common is one object here: to compare it with the row before is to compare two addresses. */
const COMMON_MAX = 10_000
const commonTexts = new Map<string, string>()
const commonSystems = new Map<string, NonNullable<QueryRow['os']>>()
const commonTags = new Map<string, QueryRow['tags']>()

const NO_REASONS: QueryRow['reasons'] = []
const NO_TAGS: Readonly<Record<string, string>> = {}

export class RecordRow implements QueryRow {
  readonly record: ServerRecord
  readonly name: string
  readonly state: QueryRow['state']
  readonly reporting: QueryRow['reporting']
  readonly exposure: QueryRow['exposure']
  readonly lifecycle: QueryRow['lifecycle']
  readonly reasons: QueryRow['reasons']
  readonly snoozed: QueryRow['snoozed']
  readonly application: string | null
  readonly environment: string | null
  readonly tags: QueryRow['tags']
  readonly packages: QueryRow['packages']
  readonly openPorts: QueryRow['openPorts']
  readonly outdatedUnits: QueryRow['outdatedUnits']
  readonly os: QueryRow['os']
  readonly kernel: string | null
  readonly since: number | null
  readonly #contact: Contact

  constructor(record: ServerRecord, contactOf: ContactOf) {
    const { verdict, sections } = record
    const host = sections.host?.value ?? null
    this.record = record
    this.name = nameOf(record)
    this.state = verdict.state
    this.reporting = verdict.reporting
    this.exposure = verdict.exposure
    this.lifecycle = record.lifecycle
    // "Why a person should look now": while it is snoozed nobody should.
    this.reasons = verdict.promoted ? verdict.reasons : NO_REASONS
    this.snoozed = isSnoozed(record) ? 'yes' : 'no'
    this.application = commonText(applicationOf(record))
    this.environment = commonText(host?.environment ?? null)
    this.tags = host === null ? NO_TAGS : common(commonTags, JSON.stringify(host.tags), host.tags)
    this.packages = verdict.packages
    this.openPorts = listenersOf(record)?.openPorts ?? null
    this.outdatedUnits = sections.processes?.value?.units ?? null
    this.os = commonSystem(host?.os ?? null)
    this.kernel = commonText(kernelOf(record))
    this.since = verdict.since
    this.#contact = contactOf(record.id)
  }

  /** Contacts are no changes: read anew each time. */
  get lastContactAt(): number | null {
    return this.#contact.at
  }
}

function commonText(text: string | null): string | null {
  return text === null ? null : common(commonTexts, text, text)
}

function commonSystem(os: QueryRow['os']): QueryRow['os'] {
  return os === null ? null : common(commonSystems, `${os.id}\n${os.versionId}\n${os.prettyName}`, os)
}

/** Starts afresh when hosts say too many different things: it is a help, not a store. */
function common<T>(known: Map<string, T>, key: string, value: T): T {
  const kept = known.get(key)
  if (kept !== undefined) return kept
  if (known.size >= COMMON_MAX) known.clear()
  known.set(key, value)
  return value
}
