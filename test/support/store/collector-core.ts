// Store, projection and ingest put together as the collector does, without HTTP. Time is the test's.
import { onTestFinished } from 'vitest'
import { Projection } from '../../../collector/changes/projection.ts'
import { enrollServer } from '../../../collector/ingest/enroll-server.ts'
import { ingestReport, type IngestOutcome } from '../../../collector/ingest/ingest-report.ts'
import type { JoinKeyRecord, ServerRecord } from '../../../collector/store/records.ts'
import { openSqliteStore } from '../../../collector/store/sqlite-store.ts'
import { DEFAULT_POLICY } from '../../../shared/judgement/policy.ts'
import type { Report, ReportSections } from '../../../shared/protocol/report.ts'
import { hashSecret } from '../../../shared/secret.ts'
import { AUDIT, joinKeyRecord, NOW, SECRET } from './records.ts'
import { digestOnly, heartbeatOf, instanceOf, reportOf, rootOf, sectionsWith } from './reports.ts'
import { temporaryFolder } from './temp-folder.ts'

export type Core = ReturnType<typeof createCore>

export function createCore(directory = temporaryFolder()) {
  const clock = { at: NOW, now: () => clock.at }
  const store = openSqliteStore({ directory, clock })
  onTestFinished(() => store.close())
  const projection = new Projection(store)
  const ctx = { store, projection, policy: () => store.policy() ?? DEFAULT_POLICY }
  return {
    ...ctx,
    clock,
    directory,
    addKey: (change: Partial<JoinKeyRecord> = {}) => store.createJoinKey(joinKeyRecord(change), AUDIT),
    enroll: (
      name: string,
      options: { keyId?: string; secret?: string; peer?: string | null; credential?: string } = {},
    ) =>
      enrollServer(
        ctx,
        { kind: 'ovdj', id: options.keyId ?? 'key1', secret: options.secret ?? SECRET },
        { proto: 1, credentialHash: hashSecret(options.credential ?? name), name },
        options.peer === undefined ? '127.0.0.1' : options.peer,
        clock.at,
      ),
    report: (id: string, report: Report): Promise<IngestOutcome> => ingestReport(ctx, id, report, clock.at),
    record(id: string): ServerRecord {
      const record = projection.get(id)
      if (record === null) throw new Error(`no server ${id}`)
      return record
    },
    events: (id: string) =>
      store
        .history({ serverId: id, limit: 100 })
        .toReversed()
        .map(({ type, cause }) => (cause === null ? type : `${type}: ${cause}`)),
  }
}

/** A core with one enrolled server. */
export async function createCoreWithServer(key: Partial<JoinKeyRecord> = {}): Promise<Core & { id: string }> {
  const core = createCore()
  core.addKey(key)
  const outcome = await core.enroll('web-1')
  if (outcome.kind !== 'enrolled') throw new Error(`not enrolled: ${outcome.why}`)
  return { ...core, id: outcome.serverId }
}

let lastInstance = 1_000

/** Speaks as an agent does: heartbeats, changed sections, what is asked for, and a new instance when told to. */
export class SimulatedAgent {
  readonly #core: Core
  readonly #id: string
  #instance: string
  #seq: number
  #sections: ReportSections
  #acknowledged: ReportSections | null = null
  /** Every report sent, to be replayed. */
  readonly sent: Report[] = []
  readonly outcomes: IngestOutcome['kind'][] = []

  constructor(core: Core, id: string, sections: ReportSections = sectionsWith(), uptimeMs = 1_000) {
    this.#core = core
    this.#id = id
    this.#sections = sections
    this.#instance = instanceOf((lastInstance += 1))
    this.#seq = uptimeMs
  }

  /** Another process or machine with the same memory: what a copied or rewound machine goes on with. */
  copy(): SimulatedAgent {
    const copy = new SimulatedAgent(this.#core, this.#id, this.#sections)
    copy.#instance = this.#instance
    copy.#seq = this.#seq
    copy.#acknowledged = this.#acknowledged
    return copy
  }

  /** The process ends and another takes its place. */
  restart(): void {
    this.#instance = instanceOf((lastInstance += 1))
    this.#acknowledged = null
  }

  async say(change: ReportSections = {}): Promise<IngestOutcome> {
    this.#sections = { ...this.#sections, ...change }
    return this.#send(this.#next())
  }

  /** One heartbeat, and what it leads to. Returns the outcomes. */
  async beat(change: ReportSections = {}): Promise<IngestOutcome['kind'][]> {
    const first = this.outcomes.length
    let outcome = await this.say(change)
    for (let round = 0; round < 3 && !this.#isSettled(outcome); round++) outcome = await this.#react(outcome)
    return this.outcomes.slice(first)
  }

  #isSettled(outcome: IngestOutcome): boolean {
    return outcome.kind === 'instance-conflict' || (outcome.kind === 'accepted' && outcome.reply.want.length === 0)
  }

  #react(outcome: IngestOutcome): Promise<IngestOutcome> {
    if (outcome.kind === 'sequence-behind') this.#seq = outcome.lastSeq
    if (outcome.kind === 'instance-rebase') this.restart()
    this.#acknowledged = null
    return this.#send(this.#next())
  }

  #next(): Report {
    this.#seq += 1
    const envelope = { instance: this.#instance, seq: this.#seq, uptimeMs: 100_000 + this.#seq }
    const acknowledged = this.#acknowledged
    if (acknowledged === null) return reportOf(this.#sections, envelope)
    if (rootOf(acknowledged) === rootOf(this.#sections)) return heartbeatOf(this.#sections, envelope)
    const given = Object.entries(this.#sections).map(([name, section]) => {
      const known = acknowledged[name as keyof ReportSections]
      return [name, known?.digest === section.digest ? digestOnly(section) : section]
    })
    return reportOf(Object.fromEntries(given) as ReportSections, envelope)
  }

  async #send(report: Report): Promise<IngestOutcome> {
    this.sent.push(report)
    const outcome = await this.#core.report(this.#id, report)
    this.outcomes.push(outcome.kind)
    if (outcome.kind === 'accepted' && outcome.reply.want.length === 0) this.#acknowledged = this.#sections
    return outcome
  }
}
