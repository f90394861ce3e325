// Does the time of an answer tell which keys, credentials, tokens and sessions exist? Asks in turn with one that does not
// exist and with one that was revoked, expired, spent or wrong, and compares with Welch's t: below 4.5 nobody can tell the two apart.
// Reported, not judged by a test: on a busy machine the clock proves nothing.
//   npm run prove:timing -- --samples 10000
import { parseArgs } from 'node:util'
import { RefusalRig, REFUSALS, WAYS_IN, type WayIn } from './timing/refusals.ts'

const T_MAX = 4.5
const DIFFERENCE_MS_MAX = 1

const { values } = parseArgs({ options: { samples: { type: 'string', default: '10000' } } })
const samples = Number(values.samples)

const rig = await RefusalRig.create()
const pairs = WAYS_IN.flatMap((way) => REFUSALS[way].map((name) => ({ way, name })))
let exceeded = 0
for (const { way, name } of pairs) {
  const { t, differenceMs } = await compare(way, name)
  if (Math.abs(differenceMs) >= DIFFERENCE_MS_MAX) exceeded++
  const note = Math.abs(t) >= T_MAX ? ' (can be told apart on this machine, without a network in between)' : ''
  console.log(`${name} ${way}: t ${t.toFixed(1)}, ${(1_000 * differenceMs).toFixed(1)} us apart${note}`)
}
await rig.close()
console.log(`${exceeded} of ${pairs.length} differ by ${DIFFERENCE_MS_MAX} ms or more`)
process.exitCode = exceeded > 0 ? 1 : 0

async function compare(way: WayIn, name: string): Promise<{ t: number; differenceMs: number }> {
  const unknown: number[] = []
  const other: number[] = []
  // In turn: what the machine does meanwhile hits both alike.
  for (let round = 0; round < samples; round++) {
    unknown.push(await rig.timeOf(way, 'unknown'))
    other.push(await rig.timeOf(way, name))
  }
  const [a, b] = [momentsOf(trimmed(unknown)), momentsOf(trimmed(other))]
  const t = (b.mean - a.mean) / Math.sqrt(a.variance / a.count + b.variance / b.count)
  return { t, differenceMs: b.mean - a.mean }
}

/** Without the slowest twentieth: collections of garbage and other processes. */
function trimmed(times: readonly number[]): number[] {
  return times.toSorted((a, b) => a - b).slice(0, Math.ceil(times.length * 0.95))
}

function momentsOf(times: readonly number[]): { mean: number; variance: number; count: number } {
  const mean = times.reduce((sum, time) => sum + time, 0) / times.length
  const squares = times.reduce((sum, time) => sum + (time - mean) ** 2, 0)
  return { mean, variance: squares / (times.length - 1), count: times.length }
}
