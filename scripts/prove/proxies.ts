// Agents behind proxies that cut idle connections after 10, 30 and 60 s, in real time: is ever a server without contact
// for long, and do requests pile up? What this takes minutes for, hold.test.ts plays for hours of made-up time.
//   npm run prove:proxies
//   npm run prove:proxies -- --minutes 10
import { connect, createServer, type AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { ReportLoop } from '../../agent/delivery/report-loop.ts'
import { createTransport } from '../../agent/delivery/transport.ts'
import { lateAfterMs } from '../../shared/judgement/reporting.ts'
import { HEARTBEAT_MS } from '../../shared/protocol/limits.ts'
import { BOOT, reading } from '../../test/support/section-readings.ts'
import { TestCollector, type TestServer } from '../../test/support/test-collector.ts'

const CUTS_S = [10, 30, 60]
const AGENTS_EACH = 10
const LOOK_MS = 250
/** More is a storm: a proxy that cuts after 10 s costs a request every 9 s, a cut now and then included. */
const REQUESTS_PER_MINUTE_MAX = 12
const SILENT = { info: () => undefined, warn: () => undefined, error: () => undefined }

const { values } = parseArgs({ options: { minutes: { type: 'string', default: '4' } } })
const minutes = Number(values.minutes)
const collector = new TestCollector()
const url = await collector.listen()
const stop = new AbortController()
const found = await Promise.all(CUTS_S.map(proveBehind))
stop.abort()
for (const { text } of found) console.log(text)
process.exit(found.every(({ holds }) => holds) ? 0 : 1)

async function proveBehind(cutS: number): Promise<{ text: string; holds: boolean }> {
  const proxy = await cutting(cutS * 1_000)
  const agents = await Promise.all(
    Array.from({ length: AGENTS_EACH }, async (_, at) =>
      agentBehind(proxy, await collector.enroll(`web-${cutS}-${at}`)),
    ),
  )
  const longestGapMs = await longestGap(agents.map(({ id }) => id))
  const perMinute = Math.max(...agents.map(({ requests }) => requests())) / minutes
  const holds = longestGapMs < lateAfterMs(HEARTBEAT_MS) / 2 && perMinute <= REQUESTS_PER_MINUTE_MAX
  const gap = `longest without a connection ${(longestGapMs / 1_000).toFixed(1)} s`
  return { text: `cut after ${cutS} s: ${gap}, at most ${perMinute.toFixed(1)} requests a minute`, holds }
}

/** Watches for as long as asked; the connection of a poll is contact. */
async function longestGap(ids: readonly string[]): Promise<number> {
  const seenAt = new Map(ids.map((id) => [id, performance.now()]))
  const endsAt = performance.now() + minutes * 60_000
  let longestMs = 0
  for (let now = performance.now(); now < endsAt; now = performance.now()) {
    for (const id of ids) {
      longestMs = Math.max(longestMs, now - (seenAt.get(id) ?? now))
      if (collector.ctx.polls.isConnected(id)) seenAt.set(id, now)
    }
    await sleep(LOOK_MS)
  }
  return longestMs
}

function agentBehind(proxy: string, server: TestServer): { id: string; requests: () => number } {
  const credential = () => server.credential
  const transport = createTransport({ url: proxy, secureContext: null, credential, nowMs: () => Date.now() })
  const { state } = server.report
  const sections = Object.fromEntries(Object.entries(state).map(([name, section]) => [name, reading(section)]))
  let requests = 0
  const ports: ConstructorParameters<typeof ReportLoop>[0] = {
    newest: () => ({ boot: BOOT, keptAtMs: 0, snapshot: { takenAtUptimeMs: 1_000, sections } }),
    transport: {
      send: (...sending) => {
        requests += 1
        return transport.send(...sending)
      },
    },
    keyring: { announcement: () => null, afterAnswer: () => Promise.resolve(false) },
    log: SILENT,
    onStatus: () => undefined,
    uptimeMs: () => performance.now(),
    nowMs: () => Date.now(),
    steadyMs: () => performance.now(),
    random: () => Math.random(),
  }
  const loop = new ReportLoop(ports, { backoffMaxMs: 60_000, heartbeatMs: null, spread: Math.random() })
  void loop.run(stop.signal)
  return { id: server.id, requests: () => requests }
}

/** Cuts each connection on which nothing moved for `idleMs`; its URL. */
async function cutting(idleMs: number): Promise<string> {
  const proxy = createServer((near) => {
    const far = connect(Number(new URL(url).port), '127.0.0.1')
    const cut = (): void => {
      near.destroy()
      far.destroy()
    }
    near.setTimeout(idleMs, cut).on('error', cut).on('close', cut).pipe(far)
    far.on('error', cut).on('close', cut).pipe(near)
  })
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`
}
