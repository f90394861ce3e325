// Ten thousand agents that wait at one collector, ask for nothing, and all come back at once when it was away. Prints what
// it found beside the budget; exit code 1 when a line is over it. Needs root, for a network namespace of its own, and
// dist/ (npm run build).
//   npm run prove:herd
//   npm run prove:herd -- --agents 2000 --tls
import { spawnSync } from 'node:child_process'
import { parseArgs } from 'node:util'
import { BUNDLED } from '../local/programs.ts'
import { type HerdResult, type Memory, proveHerd } from './herd/prove-herd.ts'

const IN_NAMESPACE = 'OVERDUE_HERD_NAMESPACE'
const MB = 1_000_000
/** For 10,000 agents. */
const RSS_MAX = { plain: 250 * MB, tls: 900 * MB }
const RETURN_MS_MAX = 30_000
const ASKED_MS_MAX = 5_000
/** A whole hold, so that every poll was answered once. */
const WATCH_MS = 70_000

const { values } = parseArgs({
  options: { agents: { type: 'string', default: '10000' }, tls: { type: 'boolean', default: false } },
})

if (process.env[IN_NAMESPACE] === undefined) process.exitCode = inNamespace()
else await prove()

/** Runs this very script again where no other traffic is, and ports are all its own. */
function inNamespace(): number {
  const script = 'ip link set lo up && exec "$0" "$@"'
  const args = ['--net', 'sh', '-c', script, process.execPath, ...process.argv.slice(1)]
  const { status, error } = spawnSync('unshare', args, {
    stdio: 'inherit',
    env: { ...process.env, [IN_NAMESPACE]: '1' },
  })
  if (error !== undefined)
    console.error(`no network namespace: ${error.message} (Debian packages util-linux, iproute2)`)
  return status ?? 1
}

async function prove(): Promise<void> {
  const { tls } = values
  const agents = Number(values.agents)
  const onStep = (text: string): void => console.error(text)
  const restarts = ['SIGTERM', 'SIGKILL'] as const
  const result = await proveHerd({
    agents,
    tls,
    collector: BUNDLED.collector,
    watchMs: WATCH_MS,
    restarts,
    hurry: 1,
    onStep,
  })
  const lines = linesOf(result, agents, tls ? RSS_MAX.tls : RSS_MAX.plain)
  for (const { text, isWithin } of lines) console.log(`${isWithin ? 'ok  ' : 'OVER'} ${text}`)
  process.exitCode = lines.every(({ isWithin }) => isWithin) ? 0 : 1
}

function linesOf(result: HerdResult, agents: number, rssMax: number): { text: string; isWithin: boolean }[] {
  const { resting, waiting, returns, asked, serversBefore, serversAfter, refused } = result
  const megabytes = (bytes: number): string => `${Math.round(bytes / MB)} MB`
  const memory = ({ rssBytes, anonymousBytes }: Memory): string =>
    `${megabytes(rssBytes)}, ${megabytes(anonymousBytes)} of them anonymous`
  const seconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`
  const isAllThere = serversBefore === agents && serversAfter === agents
  const unexpected = Object.entries(refused).filter(([status]) => status !== '503')
  return [
    {
      text: `${agents} agents wait: the collector takes ${memory(waiting)} (at most ${megabytes(rssMax)}); before they came ${memory(resting)}`,
      isWithin: waiting.rssBytes <= rssMax,
    },
    {
      text: `${asked.answered} of ${asked.servers} asked at once answered in ${seconds(asked.ms)} (less than 5 s)`,
      isWithin: asked.answered === asked.servers && asked.ms < ASKED_MS_MAX,
    },
    ...returns.map(({ how, fromReadyMs, fromCutMs }) => ({
      text: `after ${how} all wait again ${seconds(fromReadyMs)} after the collector is back, ${seconds(fromCutMs)} after the signal (less than 30 s)`,
      isWithin: fromReadyMs < RETURN_MS_MAX,
    })),
    { text: `${serversBefore} servers before, ${serversAfter} after: none lost, none enrolled`, isWithin: isAllThere },
    { text: `answers other than 200: ${JSON.stringify(refused)}`, isWithin: unexpected.length === 0 },
  ]
}
