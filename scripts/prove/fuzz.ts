// Feeds every surface with inputs that are nearly right. Each surface runs in a process of its own, so that a crash or a
// parser that never comes back is found, named and does not end the others.
//   npm run prove:fuzz
//   npm run prove:fuzz -- --surface report --inputs 5000 --seed nightly
//   npm run prove:fuzz -- --surface report --seed nightly --first 4711 --inputs 1     the one input again
import { spawn } from 'node:child_process'
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { memoryProblem, memoryText, readMemory } from './fuzz/memory.ts'
import { runSurface, type SurfaceResult } from './fuzz/run-surface.ts'
import { SURFACES } from './fuzz/surfaces.ts'

const INPUTS = 100_000
/** A process whose input number stands still for this long is ended. */
const STILL_MS_MAX = 20_000
/** V8 otherwise takes up to 100 MB more for new objects whenever there are many; the figure stated would hide a leak. */
const STEADY_MEMORY = ['--expose-gc', '--max-semi-space-size=2']

const { values } = parseArgs({
  options: {
    surface: { type: 'string', multiple: true },
    inputs: { type: 'string', default: String(INPUTS) },
    first: { type: 'string', default: '0' },
    seed: { type: 'string', default: String(Date.now()) },
    failures: { type: 'string', default: join(tmpdir(), 'overdue-fuzz') },
    /** Set by the parent only: where the child writes the number of its input. */
    progress: { type: 'string' },
  },
})

if (values.progress === undefined) process.exitCode = await runAll(wantedSurfaces())
else await runHere(wantedSurfaces()[0] ?? '', values.progress)

function wantedSurfaces(): string[] {
  const known = SURFACES.map(({ name }) => name)
  const unknown = values.surface?.find((name) => !known.includes(name))
  if (unknown !== undefined) throw new Error(`--surface ${unknown}: known are ${known.join(', ')}`)
  return values.surface ?? known
}

async function runAll(surfaces: readonly string[]): Promise<number> {
  console.log(`seed ${values.seed}, ${values.inputs} inputs for each of ${surfaces.length} surfaces`)
  let faulty = 0
  for (const surface of surfaces) {
    const problems = await runInChild(surface)
    faulty += problems.length > 0 ? 1 : 0
    for (const problem of problems) console.log(`  FAILED ${surface}: ${problem}`)
  }
  console.log(`${surfaces.length - faulty} surfaces held, ${faulty} did not`)
  return faulty > 0 ? 1 : 0
}

/** What is wrong; nothing when all held. */
async function runInChild(surface: string): Promise<string[]> {
  const directory = mkdtempSync(join(tmpdir(), 'overdue-fuzz-run-'))
  const progress = join(directory, 'progress')
  const { inputs, first, seed, failures } = values
  const settings = [
    '--inputs',
    inputs,
    '--first',
    first,
    '--seed',
    seed,
    '--failures',
    failures,
    '--progress',
    progress,
  ]
  const child = spawn(process.execPath, [...STEADY_MEMORY, import.meta.filename, '--surface', surface, ...settings], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let output = ''
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (output += chunk))
  const still = watchProgress(progress, () => child.kill('SIGKILL'))
  const ended = await new Promise<string>((resolve) => {
    child.once('close', (code, signal) => resolve(signal ?? String(code)))
  })
  clearInterval(still)
  const last = numberIn(progress)
  rmSync(directory, { recursive: true, force: true })
  const line = output.split('\n').find((text) => text.startsWith('{'))
  if (ended !== '0' || line === undefined) return [`the process ended (${ended}) at input ${last} of seed ${seed}`]
  const result = JSON.parse(line) as SurfaceResult
  console.log(summaryOf(result))
  return problemsOf(result)
}

function watchProgress(file: string, end: () => void): NodeJS.Timeout {
  let seen = numberIn(file)
  return setInterval(() => {
    const now = numberIn(file)
    if (now === seen && now !== '') end()
    seen = now
  }, STILL_MS_MAX)
}

function numberIn(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim()
  } catch {
    return ''
  }
}

async function runHere(name: string, progress: string): Promise<void> {
  const surface = SURFACES.find((one) => one.name === name)
  if (surface === undefined) throw new Error(`no surface ${name}`)
  const handle = openSync(progress, 'w')
  const result = await runSurface(surface, {
    seed: values.seed,
    first: Number(values.first),
    count: Number(values.inputs),
    failureDirectory: values.failures,
    onInput: (index) => void writeSync(handle, String(index).padEnd(12), 0),
    readMemory,
  })
  closeSync(handle)
  console.log(JSON.stringify(result))
}

function summaryOf({ surface, count, seconds, outcomes, memory }: SurfaceResult): string {
  const classes = Object.entries(outcomes).sort(([, a], [, b]) => b - a)
  const said = classes.slice(0, 8).map(([outcome, times]) => `${outcome}: ${times}`)
  const kept = memory === null ? '' : `, ${memoryText(memory)}`
  return `${surface}: ${count} inputs in ${seconds.toFixed(0)} s${kept}; ${said.join('; ')}`
}

function problemsOf({ failures, memory, count }: SurfaceResult): string[] {
  const found = failures.map(({ index, reason, file }) => `input ${index}: ${reason.slice(0, 600)} (${file})`)
  const grown = memory === null ? null : memoryProblem(memory, count)
  return grown === null ? found : [...found, grown]
}
