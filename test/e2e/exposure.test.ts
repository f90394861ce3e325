// The whole way of exposure: sockets and rules of a recorded host, the scan and the resident agent as they ship, and a real
// collector. The scan's unit is played by the test: it takes the ask away, then scans.
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { runScanFirewall } from '../../agent/commands/scan-firewall.ts'
import type { HistoryItem } from '../../collector/views/history-view.ts'
import type { ServerDocument } from '../../collector/views/server-view.ts'
import { paths } from '../../shared/protocol/paths.ts'
import { AgentHost, buildAgentBundle } from '../support/agent-bundle.ts'
import { TestCollector } from '../support/test-collector.ts'
import { until } from '../support/until.ts'

/** A rule lets in what is in a set of ports: 22, 80 and 8000 to 8100. */
const RECORDING = 'test/fixtures/exposure/28-nft-inet-drop-policy-set-of-ports'
const DEADLINE_MS = 60_000

let bundle: string
beforeAll(async () => {
  bundle = await buildAgentBundle()
})

class Firewalled {
  readonly host: AgentHost
  readonly #facts: string
  readonly #asks: string

  constructor(host: AgentHost) {
    this.host = host
    this.#facts = join(host.directory, 'facts')
    this.#asks = join(host.directory, 'ask')
    for (const directory of [this.#facts, this.#asks]) mkdirSync(directory)
    cpSync(RECORDING, host.root, { recursive: true })
  }

  listen(...ports: number[]): void {
    const [head = '', like = ''] = readFileSync(join(RECORDING, 'proc/net/tcp6'), 'utf8').split('\n')
    const hex = (port: number) => port.toString(16).toUpperCase().padStart(4, '0')
    const rows = ports.map((port) => like.replace(/:[0-9A-F]{4} /, `:${hex(port)} `))
    writeFileSync(join(this.host.root, 'proc/net/tcp6'), `${[head, ...rows].join('\n')}\n`)
    const shown = ports.map(
      (port) =>
        `tcp LISTEN 0 16 *:${port} *:* ino:${port} sk:${port} cgroup:/system.slice/web-${port}.service v6only:0 <->\n`,
    )
    writeFileSync(join(this.host.root, 'commands/ss.txt'), shown.join(''))
  }

  allow(...ports: number[]): void {
    const text = readFileSync(join(RECORDING, 'commands/nft.json'), 'utf8')
    writeFileSync(
      join(this.host.root, 'commands/nft.json'),
      text.replace('[22, 80, {"range": [8000, 8100]}]', JSON.stringify(ports)),
    )
  }

  /** What the path unit and the timer start. */
  async scan(): Promise<void> {
    const silent = { write: () => undefined }
    const out = join(this.#facts, 'firewall.json')
    await runScanFirewall(['--root', this.host.root, '--out', out], { stdout: silent, stderr: silent })
  }

  isAsked(): boolean {
    return existsSync(join(this.#asks, 'firewall'))
  }

  async answerAsk(): Promise<void> {
    await until('the agent asks for a scan', () => this.isAsked(), DEADLINE_MS)
    rmSync(join(this.#asks, 'firewall'))
    await this.scan()
  }
}

async function setUp() {
  const collector = new TestCollector()
  const url = await collector.listen()
  onTestFinished(() => collector.close())
  const machine = new Firewalled(new AgentHost(bundle, ['--url', url, '--heartbeat', '1s']))
  const token = collector.createToken('reader')
  const key = join(machine.host.directory, 'join-key')
  writeFileSync(key, collector.createJoinKey())
  const enrolled = await machine.host.command(['enroll', '--join-key-file', key])
  if (enrolled.code !== 0) throw new Error(enrolled.stderr)
  const { items } = (await collector.get(paths.servers(), token)).json<{ items: ServerDocument[] }>()
  const id = items[0]?.id ?? ''
  const server = async () => (await collector.get(paths.server(id), token)).json<ServerDocument>()
  const history = async () =>
    (await collector.get(`${paths.history()}?server=${id}`, token)).json<{ items: HistoryItem[] }>().items
  const becomes = (what: string, holds: (document: ServerDocument) => boolean) =>
    until(what, async () => holds(await server()), DEADLINE_MS)
  return { machine, server, history, becomes }
}

describe('a server that needs a restart', () => {
  it(
    'is promoted when a port opens to anywhere, and no longer when a rule closes it',
    { timeout: 180_000 },
    async () => {
      const { machine, server, history, becomes } = await setUp()
      machine.listen(443)
      machine.host.setFlag('libssl3')
      machine.host.run()
      await becomes('the port is known and not scanned', ({ listeners }) => listeners?.[0]?.reason === 'not-scanned')
      await machine.answerAsk()
      await becomes('it is filtered', ({ exposure }) => exposure === 'filtered')

      const closed = await server()
      expect(closed).toMatchObject({ state: 'restart-required', promoted: false, openPorts: [] })
      expect(closed.firewall).toMatchObject({ tools: ['nft'], readable: true })
      expect(closed.listeners?.[0]).toMatchObject({
        port: 443,
        unit: 'web-443.service',
        verdict: 'filtered',
        reason: 'policy-drop',
        rule: 'inet filter input policy drop',
      })

      machine.listen(80, 443)
      await machine.answerAsk()
      await becomes('it is exposed', ({ exposure }) => exposure === 'exposed')

      const open = await server()
      expect(open).toMatchObject({ promoted: true, reasons: ['exposed'] })
      expect(open.headline).toMatch(/; tcp 80 is open to anywhere\.$/)
      expect(open.openPorts?.[0]).toMatchObject({
        protocol: 'tcp',
        port: 80,
        unit: 'web-80.service',
        verdict: 'exposed',
      })
      expect(machine.isAsked()).toBe(false)

      // Only the rules change: nobody asks, the timer's scan tells.
      machine.allow(22)
      await machine.scan()
      await becomes('it is filtered again', ({ exposure }) => exposure === 'filtered')

      expect(await server()).toMatchObject({ state: 'restart-required', promoted: false, openPorts: [] })
      const events = (await history()).filter(({ type }) => type.includes('exposed'))
      expect(events.map(({ type, data }) => ({ type, ...data }))).toMatchObject([
        { type: 'no-longer-exposed', port: 80, reason: 'policy-drop', rule: 'inet filter input policy drop' },
        {
          type: 'exposed',
          port: 80,
          unit: 'web-80.service',
          reason: 'accept-rule',
          rule: expect.stringContaining('@tp'),
        },
      ])
    },
  )
})
