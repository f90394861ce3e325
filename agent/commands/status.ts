// overdue-agent status: what this host says of itself, and what the collector knows of it. Reads files only.
import { configFlags, loadConfig } from '../settings/config.ts'
import { readCredential } from '../enrolment/credential.ts'
import { type OutboxEntry, readOutbox } from '../delivery/outbox.ts'
import { type Places, placesOf } from '../settings/places.ts'
import { readLiveStatus } from '../files/status-file.ts'
import { type CommandIo, EXIT } from './io.ts'
import { parseFlags } from './parse-flags.ts'
import { judgeSnapshot, type Judgement } from './snapshot-judgement.ts'
import type { StatusDocument } from './status-document.ts'
import { statusText } from './status-text.ts'

export async function runStatus(argv: string[], io: CommandIo): Promise<number> {
  const { json, ...flags } = parseFlags(argv, { ...configFlags(), json: { type: 'boolean' } })
  const document = await readDocument(placesOf(await loadConfig(flags, io.environment)), Date.now())
  io.stdout.write(json === true ? `${JSON.stringify(document, null, 2)}\n` : statusText(document))
  return EXIT.done
}

async function readDocument(places: Places, nowMs: number): Promise<StatusDocument> {
  const problems: string[] = []
  const orProblem = async <T>(what: string, read: Promise<T>): Promise<T | null> => {
    try {
      return await read
    } catch (error) {
      problems.push(`${what}: ${error instanceof Error ? error.message : String(error)}`)
      return null
    }
  }
  const credential = await orProblem('credential', readCredential(places.credential))
  const live = await readLiveStatus(places.status)
  const entry = await orProblem('outbox', readOutbox(places.outbox))
  return {
    serverId: credential?.serverId ?? live?.serverId ?? null,
    resident: live === null ? null : { pid: live.process.pid, version: live.agentVersion, url: live.url },
    delivery: live?.delivery ?? null,
    lookedAt: entry === null ? null : new Date(entry.keptAtMs).toISOString(),
    judgement: entry === null ? null : judgeEntry(entry, nowMs),
    problems,
  }
}

/** The outbox says what the uptime was at which moment of the wall clock; both have gone on since. */
function judgeEntry({ keptAtMs, snapshot }: OutboxEntry, nowMs: number): Judgement {
  return judgeSnapshot(snapshot, { now: nowMs, uptimeMs: snapshot.takenAtUptimeMs + (nowMs - keptAtMs) })
}
