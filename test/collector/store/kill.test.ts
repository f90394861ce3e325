import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { expect, it } from 'vitest'
import { openSqliteStore } from '../../../collector/store/sqlite-store.ts'
import { bundleOfSource } from '../../support/bundles.ts'
import { FLAG, instanceOf, NO_FLAG, reportOf, sectionsWith, whole } from '../../support/store/reports.ts'
import { temporaryFolder } from '../../support/store/temp-folder.ts'

const CHILD = new URL('../../support/store/ingesting-child.ts', import.meta.url).pathname
const KILLS = 20
const SERVERS = 1_000

type Message = { kind: string; id: string; seq: number; ids: string[]; servers: number; readyMs: number }

/** Sends flips of the flag to a hundred servers until it is killed; every answer goes into the ledger. */
async function runUntilKilled(directory: string, ledger: Map<string, number>, sendMax: number, firstSeq: number) {
  const program = await bundleOfSource(CHILD)
  const child: ChildProcess = spawn(process.execPath, [program, directory, String(SERVERS)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  // Writing to a process that was just killed fails; that is the point.
  child.stdin?.on('error', () => {})
  let ids: string[] = []
  let ready: Message | null = null
  let answers = 0
  let seq = firstSeq
  const send = () => {
    seq += 1
    // Every report says something else than the one before: one that did not would rightly not be written.
    const sections = sectionsWith({ sentinel: whole(seq % 2 === 0 ? FLAG : NO_FLAG) })
    for (const id of ids) {
      child.stdin?.write(`${JSON.stringify({ id, report: reportOf(sections, { seq, instance: instanceOf(1) }) })}\n`)
    }
  }
  if (child.stdout === null) throw new Error('the child has no output')
  for await (const line of createInterface({ input: child.stdout })) {
    const message = JSON.parse(line) as Message
    if (message.kind === 'ready') {
      ready = message
      ids = message.ids
      send()
    } else {
      if (message.kind !== 'accepted') throw new Error(`answered ${line}`)
      ledger.set(message.id, Math.max(message.seq, ledger.get(message.id) ?? 0))
      answers += 1
      if (answers % ids.length === 0) send()
    }
    if (answers >= sendMax) child.kill('SIGKILL')
  }
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
  return { ready, seq }
}

it(
  'no report that was acknowledged is lost when the process is killed, twenty times under load',
  { timeout: 300_000 },
  async () => {
    const directory = temporaryFolder()
    const ledger = new Map<string, number>()
    const readyMs: number[] = []
    let seq = 0
    for (let kill = 0; kill < KILLS; kill++) {
      // At ever other moments within a batch.
      const run = await runUntilKilled(directory, ledger, 150 + kill * 37, seq)
      seq = run.seq
      expect(run.ready?.servers).toBe(SERVERS)
      if (kill > 0) readyMs.push(Math.round(run.ready?.readyMs ?? 0))
    }

    console.log(`ready with ${SERVERS} servers after ${readyMs.sort((a, b) => a - b).join(', ')} ms`)

    const store = openSqliteStore({ directory, clock: Date })
    const stored = new Map([...store.loadServers()].map((record) => [record.id, record]))
    store.close()
    const lost = [...ledger].filter(([id, acknowledged]) => (stored.get(id)?.acceptance.seq ?? 0) < acknowledged)
    const torn = [...stored.values()].filter(
      ({ acceptance, sections }) =>
        acceptance.seq > 0 && sections.sentinel?.value?.present !== (acceptance.seq % 2 === 0),
    )
    expect(ledger.size).toBe(100)
    expect(lost).toEqual([])
    expect(torn).toEqual([])
  },
)
