// Feeds one surface. Every input is made from seed, surface and index alone; an input that fails is written to a file.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Memory, MemoryHalves } from './memory.ts'
import { Random } from './random.ts'
import { SurfaceFault, type FuzzInput, type OpenSurface, type Surface } from './surface.ts'

export type RunOptions = {
  seed: string
  /** Index of the first input, and how many. */
  first: number
  count: number
  /** Where inputs that fail are written. */
  failureDirectory: string
  /** Told before each input; a killed process can then say which one it died of. */
  onInput?: (index: number) => void
  /** Asked at half-way and in the end; without it memory is not judged. */
  readMemory?: () => Promise<Memory>
}

export type Failure = { index: number; reason: string; file: string }

export type SurfaceResult = {
  surface: string
  count: number
  seconds: number
  /** How often each class of outcome came. */
  outcomes: Record<string, number>
  /** Null: not measured. */
  memory: MemoryHalves | null
  failures: Failure[]
}

const FAILURES_MAX = 5
const CHECK_EVERY = 500
/** An input may keep the processor this long. Processor time: a busy machine must not fail an honest parser. */
const CPU_MS_MAX = 1_000
/** An input without any answer after this long never gets one. */
const ANSWER_MS_MAX = 10_000

export async function runSurface(surface: Surface, options: RunOptions): Promise<SurfaceResult> {
  const open = await surface.open()
  try {
    return await feedAll(surface.name, open, options)
  } finally {
    await open.close()
  }
}

async function feedAll(name: string, open: OpenSurface, options: RunOptions): Promise<SurfaceResult> {
  const startedAt = performance.now()
  const { first, count, readMemory } = options
  const outcomes: Record<string, number> = {}
  const failures: Failure[] = []
  let half: Memory | null = null
  for (let index = first; index < first + count && failures.length < FAILURES_MAX; index++) {
    options.onInput?.(index)
    // A request that was injected is let go when the event loop turns; answers alone never turn it.
    await nextTurn()
    const input = open.input(new Random(`${options.seed}:${name}:${index}`), index)
    try {
      const outcome = await feedOne(open, input)
      outcomes[outcome] = (outcomes[outcome] ?? 0) + 1
      if (index % CHECK_EVERY === CHECK_EVERY - 1) await open.check()
    } catch (error) {
      failures.push(recordFailure(name, options, { index, input, error }))
    }
    if (index === first + Math.floor(count / 2)) half = (await readMemory?.()) ?? null
  }
  await open.check()
  const memory = half === null || readMemory === undefined ? null : { half, end: await readMemory() }
  return { surface: name, count, seconds: (performance.now() - startedAt) / 1_000, outcomes, memory, failures }
}

async function feedOne(open: OpenSurface, input: FuzzInput): Promise<string> {
  const { promise: silence, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(() => reject(new SurfaceFault(`no answer within ${ANSWER_MS_MAX} ms`)), ANSWER_MS_MAX)
  const before = process.cpuUsage()
  try {
    const outcome = await Promise.race([open.feed(input), silence])
    const { user, system } = process.cpuUsage(before)
    if ((user + system) / 1_000 > CPU_MS_MAX)
      throw new SurfaceFault(`took ${(user + system) / 1_000} ms of processor time`)
    return outcome
  } finally {
    clearTimeout(timer)
  }
}

function recordFailure(
  surface: string,
  { seed, failureDirectory }: RunOptions,
  { index, input, error }: { index: number; input: FuzzInput; error: unknown },
): Failure {
  const reason = error instanceof SurfaceFault ? error.message : String((error as Error).stack ?? error)
  mkdirSync(failureDirectory, { recursive: true })
  const file = join(failureDirectory, `${surface}-${seed}-${index}.json`)
  writeFileSync(file, `${JSON.stringify({ surface, seed, index, reason, input: writable(input) }, null, 2)}\n`)
  return { index, reason, file }
}

function writable(input: FuzzInput): unknown {
  if (Buffer.isBuffer(input)) return { base64: input.toString('base64') }
  if (Array.isArray(input)) return input.map((item: FuzzInput) => writable(item))
  if (input === null || typeof input !== 'object') return input
  return Object.fromEntries(Object.entries(input).map(([key, value]) => [key, writable(value)]))
}
