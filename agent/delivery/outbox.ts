// The newest snapshot, and nothing else: what is true now replaces what was true before. In memory at once, in its file
// soon after, so that an agent that starts again knows what it last said about this boot. The file lies in the runtime
// directory and is not synced: a crash of the machine ends all that it tells of.
import { rename } from 'node:fs/promises'
import type { BootIdentity } from '../../shared/boot-identity.ts'
import { rootDigest, sectionDigest } from '../../shared/digest.ts'
import { SECTION_NAMES } from '../../shared/sections/names.ts'
import type { Section } from '../../shared/sections/section.ts'
import { readFileIfThere } from '../files/durable-file.ts'
import { isRecord, isText, parseJson } from '../files/json.ts'
import { LatestFile } from '../files/latest-file.ts'
import type { Log } from '../logger.ts'
import { digestsOf } from './message.ts'
import type { SectionReading, Snapshot } from '../take-snapshot.ts'

const OUTBOX_BYTES_MAX = 4 * 1024 * 1024

export type OutboxEntry = {
  boot: BootIdentity
  /** Wall clock of the host when the snapshot was put here, epoch ms. */
  keptAtMs: number
  snapshot: Snapshot
}

export type Outbox = {
  newest(): OutboxEntry | null
  put(entry: OutboxEntry): void
  flush(): Promise<void>
  /** Why the newest snapshot is in memory only; null when its file holds it, or soon will. */
  readonly problem: Error | null
}

export async function openOutbox(path: string, log: Log): Promise<Outbox> {
  let entry = await readOrQuarantine(path, log)
  const file = new LatestFile(path, { mode: 0o600, durable: false }, (problem) => {
    if (problem === null) log.info({ path }, 'the outbox can be written again')
    else log.warn({ path, err: problem }, 'the outbox cannot be written; going on from memory')
  })
  let keptRoot = ''
  return {
    newest: () => entry,
    put(next) {
      entry = next
      // Ages and read times move with every look; only a change of what is said is worth a write.
      const root = rootDigest(digestsOf(next.snapshot))
      if (root === keptRoot && file.problem === null) return
      keptRoot = root
      file.put(`${JSON.stringify({ version: 1, ...next })}\n`)
    },
    flush: () => file.flush(),
    get problem() {
      return file.problem
    },
  }
}

/** The entry in `path`; null when there is no file. Throws when it is damaged. */
export async function readOutbox(path: string): Promise<OutboxEntry | null> {
  const text = await readFileIfThere(path, OUTBOX_BYTES_MAX)
  return text === null ? null : checkEntry(parseJson(text))
}

async function readOrQuarantine(path: string, log: Log): Promise<OutboxEntry | null> {
  try {
    return await readOutbox(path)
  } catch (error) {
    const aside = `${path}.bad`
    await rename(path, aside).catch(() => undefined)
    log.warn({ path, aside, err: error }, 'the outbox was damaged; it is kept aside and a new one begun')
    return null
  }
}

function checkEntry(value: unknown): OutboxEntry {
  if (!isRecord(value) || value['version'] !== 1) throw new Error('not an outbox of version 1')
  const { boot, keptAtMs, snapshot } = value
  if (!isRecord(boot) || !isText(boot['runMarker'])) throw new Error('boot is missing')
  if (!(boot['kernelBootId'] === null || isText(boot['kernelBootId']))) throw new Error('boot is not a pair')
  if (!isRecord(snapshot) || !isRecord(snapshot['sections'])) throw new Error('snapshot is missing')
  const sections: Snapshot['sections'] = {}
  for (const name of SECTION_NAMES) {
    const reading = snapshot['sections'][name]
    if (reading !== undefined) sections[name] = checkReading(reading)
  }
  return {
    boot: { kernelBootId: boot['kernelBootId'], runMarker: boot['runMarker'] },
    keptAtMs: number(keptAtMs),
    snapshot: { takenAtUptimeMs: number(snapshot['takenAtUptimeMs']), sections },
  }
}

/** The digest seals the section: one that does not fit was written by halves or by hand. */
function checkReading(value: unknown): SectionReading {
  if (!isRecord(value) || !isRecord(value['section'])) throw new Error('a section is not one')
  const { outcome, reason, value: read } = value['section']
  if (!isText(outcome) || !(reason === null || isText(reason))) throw new Error('a section has no outcome')
  const digest = sectionDigest({ outcome, reason, value: read })
  if (digest !== value['digest']) throw new Error('a section does not fit its digest')
  const section = { outcome, reason, value: read } as Section<unknown>
  return { section, digest, readAtUptimeMs: number(value['readAtUptimeMs']) }
}

function number(value: unknown): number {
  if (typeof value !== 'number' || !Number.isFinite(value)) throw new Error('a number is missing')
  return value
}
