// `overdue-agent report` where something is wrong: a collector, an agent, or what only looks like one. A hook ends with a
// code and a sentence, and never breaks a deploy that asked for --soft.
import { spawn } from 'node:child_process'
import { mkdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { createServer, type Socket } from 'node:net'
import { join } from 'node:path'
import { beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { buildAgentBundle } from '../../support/agent-bundle.ts'
import { ReportingHost } from '../../support/reporting-host.ts'
import type { Manners } from '../../support/stand-in-collector.ts'
import { until } from '../../support/until.ts'

let bundle: string
let here: ReportingHost
beforeAll(async () => {
  bundle = await buildAgentBundle()
})
beforeEach(async () => {
  here = await ReportingHost.start(bundle)
})

/**
 * What may be wrong, the exit code without --soft, a word of the sentence, and the wait: long where the command ends before
 * it is over, else as short as a busy machine allows.
 */
type Trouble = [string, { wrong: () => void | Promise<void>; code: number; words: RegExp; flags: string[] }]

/** On a machine that is busy enough the agent may be late to say how its collector behaves; the code is the same. */
const UNREACHABLE = /cannot be reached|did not answer in time|does not answer/
const RESTART = /restart it: systemctl restart overdue-agent/

const LONG = ['--wait=30s']
const SHORT = ['--wait=2s']
const SHORTEST = ['--wait=100ms']

const says =
  (body: string): Manners =>
  () => ({ status: 200, body })

const refuses =
  (status: 401 | 410 | 422): Manners =>
  () => ({ status, body: { kind: REFUSALS[status], title: 'Not today' } })

const REFUSALS = { 401: 'unauthenticated', 410: 'credential-revoked', 422: 'invalid-body' } as const

const withAgent = (manners: Manners) => async (): Promise<void> => {
  here.collector.manners = manners
  here.host.run('--url', here.collector.url)
  await until('an attempt', () => here.collector.reports.length > 0)
}

const TROUBLES: Trouble[] = [
  ['collector gone', { wrong: withoutCollector, code: 5, words: UNREACHABLE, flags: SHORT }],
  ['collector that is slow', { wrong: withAgent('hang'), code: 5, words: UNREACHABLE, flags: SHORT }],
  ['collector that lies', { wrong: withAgent(says('Welcome!')), code: 5, words: UNREACHABLE, flags: SHORT }],
  ['collector that floods', { wrong: withAgent(says('x'.repeat(1e6))), code: 5, words: UNREACHABLE, flags: SHORT }],
  ['credential refused', { wrong: withAgent(refuses(401)), code: 4, words: /401: Not today/, flags: LONG }],
  ['server removed', { wrong: withAgent(refuses(410)), code: 4, words: /was removed/, flags: LONG }],
  ['report refused', { wrong: withAgent(refuses(422)), code: 1, words: /refuses this report/, flags: LONG }],
  ['agent stopped', { wrong: stoppedAgent, code: 5, words: RESTART, flags: SHORTEST }],
  ['socket missing', { wrong: withoutSocket, code: 5, words: RESTART, flags: LONG }],
  ['flooding socket', { wrong: () => pretend(flood), code: 5, words: RESTART, flags: LONG }],
  ['socket with other words', { wrong: () => pretend(welcome), code: 5, words: RESTART, flags: LONG }],
  ['socket that says nothing', { wrong: () => pretend(listen), code: 5, words: RESTART, flags: SHORTEST }],
  ['socket that hangs up', { wrong: () => pretend(hangUp), code: 5, words: RESTART, flags: SHORTEST }],
  ['no such flag', { wrong: () => undefined, code: 2, words: /there is no --scna/, flags: ['--scna'] }],
  ['a wait that is none', { wrong: () => undefined, code: 2, words: /--wait=soon/, flags: ['--wait=soon'] }],
  ['a wait for ever', { wrong: () => undefined, code: 2, words: /at most 10m/, flags: ['--wait=1h'] }],
]

describe('in trouble', () => {
  it.each(TROUBLES)(
    '%s: a code and a sentence, and none of it breaks a deploy',
    async (_, trouble) => {
      const { wrong, code, words, flags } = trouble
      await wrong()
      const [hard, soft] = await Promise.all([here.report(...flags), here.report(...flags.filter(isNoWait), '--soft')])

      expect(hard).toMatchObject({ code, stderr: expect.stringMatching(words) as string })
      // Without a wait an agent that cannot report may still have taken the question.
      const told = /warning: |the agent looks and reports/
      expect(soft).toMatchObject({ code: 0, stderr: expect.stringMatching(told) as string })
    },
    60_000,
  )
})

const isNoWait = (flag: string): boolean => ![LONG, SHORT, SHORTEST].flat().includes(flag)

describe('after the goodbye of a shutdown', () => {
  const sayGoodbye = (): string => {
    mkdirSync(here.runtimeDirectory, { recursive: true })
    const mark = join(here.runtimeDirectory, 'going-down')
    writeFileSync(mark, '')
    return mark
  }

  it('a hook of that shutdown does not take it back', async () => {
    sayGoodbye()
    const [hard, soft] = await Promise.all([here.report('--wait'), here.report('--soft', '--json')])

    expect(hard).toMatchObject({ code: 5, stderr: expect.stringContaining('this host is going down') as string })
    expect(soft).toMatchObject({ code: 0, stdout: expect.stringContaining('"outcome":"going-down"') as string })
    expect(here.collector.reports).toEqual([])
  })

  it('of an earlier boot, where /run outlives it, a hook reports', async () => {
    utimesSync(sayGoodbye(), 1, 1)

    expect((await here.report('--wait')).code).toBe(0)
  })
})

it('nobody who reads what it says is no trouble', async () => {
  const child = spawn(process.execPath, [here.bundle, 'report', '--soft', '--config', '/nowhere'], {
    stdio: 'pipe',
    env: {},
  })
  child.stderr.destroy()
  child.stdout.destroy()
  const code = await new Promise((resolve) => child.once('exit', resolve))

  expect(code).toBe(0)
})

async function withoutCollector(): Promise<void> {
  await here.startAgent()
  await here.collector.stop()
}

async function stoppedAgent(): Promise<void> {
  await here.startAgent()
  here.host.signal('SIGSTOP')
}

async function withoutSocket(): Promise<void> {
  await here.startAgent()
  rmSync(here.socketFile)
}

/** Somebody else listens where the agent would. */
async function pretend(serve: (socket: Socket) => unknown): Promise<void> {
  mkdirSync(here.runtimeDirectory, { recursive: true })
  const open = new Set<Socket>()
  const server = createServer((socket) => {
    open.add(socket.on('error', () => undefined))
    serve(socket)
  })
  await new Promise<void>((resolve) => server.listen(here.socketFile, resolve))
  onTestFinished(() => {
    for (const socket of open) socket.destroy()
    server.close()
  })
}

function listen(): void {
  // And no more.
}

function hangUp(socket: Socket): void {
  socket.destroy()
}

function welcome(socket: Socket): void {
  socket.write('{"outcome":"splendid"}\n')
}

function flood(socket: Socket): void {
  const more = (): void => {
    while (!socket.destroyed && socket.write('x'.repeat(64 * 1024)));
  }
  socket.on('drain', more)
  more()
}
