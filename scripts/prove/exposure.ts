// Does the kernel agree? Loads rulesets in a network namespace of its own, lets the agent judge every port, and connects
// from another namespace. A port called filtered that answers a stranger, or one called exposed that does not, is a
// contradiction. Needs root, nftables, iptables and iproute2; with --real ufw, firewalld and Docker themselves run.
//   npm run prove:exposure
//   npm run prove:exposure -- --rulesets 40 --seed fixed
//   npm run prove:exposure -- --only fixed-17
//   npm run prove:exposure -- --real [--only firewalld]
import { parseArgs } from 'node:util'
import { Proof, type Round } from './exposure/prove-exposure.ts'
import { runIsolated } from './exposure/isolated.ts'
import { missingForNamespaces } from './exposure/network.ts'
import { proveRealTools } from './exposure/prove-real-tools.ts'

const { values } = parseArgs({
  options: {
    rulesets: { type: 'string', default: '500' },
    seed: { type: 'string' },
    only: { type: 'string' },
    unknowns: { type: 'boolean' },
    real: { type: 'boolean' },
  },
})
const missing = missingForNamespaces()
if (missing !== null) {
  console.error(missing)
  process.exit(1)
}

const isolated = values.real === true ? runIsolated() : null
if (isolated !== null) process.exit(isolated)

const SAY_EVERY = 50
const rounds: Round[] = []
let refused = 0
if (values.real === true) rounds.push(...(await proveRealTools(values.only, console.log)))
else await proveRandom()

const sum = (key: 'exposed' | 'filtered' | 'unknown') => rounds.reduce((total, round) => total + round[key], 0)
const [exposed, filtered, unknown] = [sum('exposed'), sum('filtered'), sum('unknown')]
const contradictions = rounds.flatMap((round) => round.contradictions)
const percent = (part: number, whole: number) => `${((100 * part) / Math.max(1, whole)).toFixed(1)} %`
console.log(
  `${rounds.length} rulesets (${refused} more were refused by the kernel), ${exposed + filtered + unknown} checks, ${contradictions.length} contradictions`,
)
console.log(
  `exposed ${percent(exposed, exposed + filtered)} and filtered ${percent(filtered, exposed + filtered)} of decided, unknown ${percent(unknown, exposed + filtered + unknown)} of all`,
)
for (const text of contradictions) console.log(`CONTRADICTION ${text}`)
const isBalanced =
  values.real === true ||
  (Math.min(exposed, filtered) >= 0.2 * (exposed + filtered) && unknown < 0.1 * (exposed + filtered + unknown))
process.exitCode = contradictions.length > 0 || (values.only === undefined && !isBalanced) ? 1 : 0

async function proveRandom(): Promise<void> {
  const wanted = Number(values.rulesets)
  const fresh = values.seed ?? `fresh-${Date.now().toString(36)}`
  console.log(`seeds: fixed-N and ${fresh}-N`)
  const proof = await Proof.create()
  try {
    if (values.only !== undefined) await tryOne(proof, values.only)
    // Half of them the same in every run, so that a contradiction found once is looked for again.
    for (let at = 0; values.only === undefined && rounds.length < wanted; at += 1) {
      await tryOne(proof, at % 2 === 0 ? `fixed-${at / 2}` : `${fresh}-${(at - 1) / 2}`)
    }
  } finally {
    await proof.close()
  }
}

async function tryOne(proof: Proof, seed: string): Promise<void> {
  const round = await proof.try(seed)
  if (round === null) refused += 1
  else rounds.push(round)
  if (values.unknowns === true) for (const text of round?.unknowns ?? []) console.log(`UNKNOWN ${text}`)
  if (round !== null && rounds.length % SAY_EVERY === 0)
    console.log(`${rounds.length} rulesets, ${rounds.flatMap((one) => one.contradictions).length} contradictions`)
}
