// The change of a host's secret, cut short between any two steps, on either side, over real HTTP.
import { readFileSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { createTransport } from '../../../agent/delivery/transport.ts'
import { copyCredential, readCredential } from '../../../agent/enrolment/credential.ts'
import { type Keyring, openKeyring } from '../../../agent/enrolment/keyring.ts'
import type { ServerRecord } from '../../../collector/store/records.ts'
import { placesOf } from '../../../agent/settings/places.ts'
import { paths } from '../../../shared/protocol/paths.ts'
import { temporaryDirectory } from '../../support/temporary-directory.ts'
import { TestCollector, type TestServer } from '../../support/test-collector.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
const LOG = { info: () => undefined, warn: () => undefined }
const NEVER = new AbortController().signal

let collector: TestCollector
let server: TestServer
let url: string
let files: ReturnType<typeof placesOf>

beforeEach(async () => {
  collector = new TestCollector()
  onTestFinished(() => collector.close())
  url = await collector.listen()
  server = await collector.enroll('web-1')
  await collector.post(paths.report(), server.credential, server.report.whole())
  files = placesOf({ stateDirectory: temporaryDirectory(), runtimeDirectory: '/nowhere' })
  writeFileSync(files.credential, `${server.credential}\n`)
  setAge(files.credential, 91 * DAY)
})

function setAge(path: string, ms: number): void {
  const at = (collector.clock.now() - ms) / 1_000
  utimesSync(path, at, at)
}

/** A process of the agent: reads the files, and reports. */
async function start() {
  const current = await readCredential(files.credential)
  if (current === null) throw new Error('no credential')
  const keyring = await openKeyring(files, current, { log: LOG, clock: collector.clock })
  const transport = createTransport({
    url,
    secureContext: null,
    credential: () => keyring.line,
    nowMs: () => collector.clock.now(),
  })
  onTestFinished(() => transport.close())
  return { keyring, send: () => send(keyring, transport) }
}

async function send(keyring: Keyring, transport: ReturnType<typeof createTransport>) {
  const rotate = keyring.announcement()
  const result = await transport.send({ ...server.report.heartbeat(), ...(rotate === null ? {} : { rotate }) }, NEVER)
  return { kind: result.kind, rotate, tryNow: await keyring.afterAnswer(result, rotate !== null) }
}

type Process = Awaited<ReturnType<typeof start>>

/** As long as the agent would go on at once. */
async function settle(agent: Process): Promise<string[]> {
  const kinds: string[] = []
  for (let left = 8; left > 0; left--) {
    const { kind, tryNow } = await agent.send()
    kinds.push(kind)
    if (!tryNow) break
  }
  return kinds
}

/** Has looked at the age of its secret, and made a new one. */
async function startedChange(): Promise<Process> {
  const agent = await start()
  collector.clock.step(HOUR)
  await agent.send()
  return agent
}

const heldFirst = () => readFileSync(files.credential, 'utf8').trim()
const record = (): ServerRecord | null => collector.ctx.projection.get(server.id)
const statusOf = async (credential: string) =>
  (await collector.post(paths.report(), credential, server.report.heartbeat())).statusCode

/** What each side holds, and whom the collector lets in. */
async function outcome() {
  return {
    isNew: heldFirst() !== server.credential,
    keepsTheOld: readFileSync(files.previousCredential, 'utf8').trim() === server.credential,
    next: await readCredential(files.nextCredential),
    answerToNew: await statusOf(heldFirst()),
    answerToOld: await statusOf(server.credential),
    servers: collector.ctx.projection.size,
  }
}
const CHANGED = { isNew: true, keepsTheOld: true, next: null, answerToNew: 200, answerToOld: 401, servers: 1 }

describe('a secret that is three months old', () => {
  it('is changed, told in the audit, and not again before three months', async () => {
    const agent = await startedChange()

    expect(await settle(agent)).toEqual(['accepted', 'accepted'])

    expect(await outcome()).toEqual(CHANGED)
    expect(collector.ctx.store.audit(1)).toMatchObject([
      { action: 'server.rotate-credential', actor: `server:${server.id}`, subject: server.id },
    ])
    const changed = heldFirst()
    setAge(files.credential, 80 * DAY)
    collector.clock.step(2 * HOUR)
    await settle(agent)
    expect(heldFirst()).toBe(changed)
    setAge(files.credential, 90 * DAY)
    collector.clock.step(2 * HOUR)
    await agent.send()
    await settle(agent)
    expect(heldFirst()).not.toBe(changed)
  })

  it('is not looked at in the first hour, when the clock may still be wrong', async () => {
    const agent = await start()
    collector.clock.step(HOUR - 1)
    await settle(agent)
    expect(await readCredential(files.nextCredential)).toBeNull()
  })

  it('made while the clock was years ahead has its three months from now on', async () => {
    setAge(files.credential, -800 * DAY)
    const agent = await startedChange()
    expect(await readCredential(files.nextCredential)).toBeNull()

    collector.clock.step(91 * DAY)
    await agent.send()
    await settle(agent)
    expect(await outcome()).toEqual(CHANGED)
  })

  it('stays where the new one cannot be kept, and reports go on', async () => {
    const agent = await start()
    files.nextCredential = join(files.nextCredential, 'no', 'such', 'folder')
    collector.clock.step(HOUR)

    expect(await settle(agent)).toEqual(['accepted'])
    expect(await settle(agent)).toEqual(['accepted'])
    expect(heldFirst()).toBe(server.credential)
  })
})

describe('a change that is cut short', () => {
  it.each<[string, (agent: Process) => Promise<unknown>]>([
    ['before it was announced', async () => undefined],
    ['while the announcement was on its way', async ({ keyring }) => announce(keyring)],
    ['after the announcement', ({ send: beat }) => beat()],
    [
      'while the new one was first used',
      async ({ keyring }) => {
        await announce(keyring)
        const next = await readCredential(files.nextCredential)
        expect(await statusOf(next?.line ?? '')).toBe(200)
      },
    ],
    [
      'between the last two files',
      async ({ keyring }) => {
        await announce(keyring)
        const next = await readCredential(files.nextCredential)
        expect(await statusOf(next?.line ?? '')).toBe(200)
        await copyCredential(files.previousCredential, { line: server.credential, serverId: server.id })
      },
    ],
  ])('%s goes on in the next process', async (_, until) => {
    await until(await startedChange())

    await settle(await start())

    expect(await outcome()).toEqual(CHANGED)
  })

  it('by a collector that lost the announcement goes on', async () => {
    const agent = await startedChange()
    const before = record()
    await announce(agent.keyring)
    await putBack(before)

    await settle(agent)

    expect(await outcome()).toEqual(CHANGED)
  })
})

/** The answer gets lost. */
async function announce(keyring: Keyring): Promise<void> {
  const report = { ...server.report.heartbeat(), rotate: keyring.announcement() }
  const { statusCode } = await collector.post(paths.report(), keyring.line, report)
  expect(statusCode).toBe(200)
}

async function putBack(before: ServerRecord | null): Promise<void> {
  if (before === null) throw new Error('there is no such server')
  const { credentialHash, nextCredential = null } = before
  await collector.ctx.store.transact((tx) => {
    const now = tx.server(server.id)
    if (now !== null) tx.putServer({ ...now, credentialHash, nextCredential }, [], collector.clock.now())
  })
}

describe('a collector restored from a backup', () => {
  it('of before the change lets the host in with the secret it knows, and is told the new one again', async () => {
    const before = record()
    const agent = await startedChange()
    await settle(agent)
    await putBack(before)

    expect(await settle(agent)).toEqual(['unauthorized', 'accepted', 'accepted'])

    expect(await outcome()).toEqual(CHANGED)
  })

  it('lets a host in that was restarted meanwhile, too', async () => {
    const before = record()
    await settle(await startedChange())
    await putBack(before)

    expect(await settle(await start())).toEqual(['unauthorized', 'accepted', 'accepted'])

    expect(await outcome()).toEqual(CHANGED)
  })

  it('of before the host was known lets nobody in, and no secret is lost', async () => {
    const agent = await startedChange()
    await settle(agent)
    const changed = heldFirst()
    await putBack({ ...(record() as ServerRecord), credentialHash: 'x'.repeat(43) })

    expect(await settle(agent)).toEqual(['unauthorized', 'unauthorized'])
    expect(heldFirst()).toBe(changed)
  })
})
