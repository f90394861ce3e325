// Runs the tools themselves, one state after another, and compares after each.
import { existsSync } from 'node:fs'
import { Proof, type Round } from './prove-exposure.ts'
import { REAL_TOOLS, type RealTool } from './real-tools.ts'

export async function proveRealTools(only: string | undefined, say: (line: string) => void): Promise<Round[]> {
  const rounds: Round[] = []
  for (const tool of REAL_TOOLS) {
    const missing = tool.needs.filter((file) => !existsSync(file))
    if (only !== undefined && only !== tool.name) continue
    if (missing.length > 0) say(`${tool.name} is left out: ${missing.join(', ')} is missing`)
    else for (const setup of tool.setups) rounds.push(...(await proveSetup(tool, setup, say)))
  }
  return rounds
}

async function proveSetup(
  { name, steps, after }: RealTool,
  setup: RealTool['setups'][number],
  say: (line: string) => void,
): Promise<Round[]> {
  const rounds: Round[] = []
  const proof = await Proof.create()
  try {
    const refused = proof.inHost(setup.before)
    if (refused !== null) say(`${name}, ${setup.name}: ${refused}`)
    const named: string[] = []
    for (const step of steps) {
      const label = `${name}, ${setup.name}, ${step.name}`
      const failed = proof.inHost(step.run)
      named.push(...(step.named ?? []))
      const round = await proof.tryAsItIs(label, named)
      rounds.push(round)
      say(`${label}: ${counts(round)}${failed === null ? '' : ` (it said: ${failed})`}`)
    }
  } finally {
    proof.inHost(after)
    await proof.close()
  }
  return rounds
}

function counts({ exposed, filtered, unknown, contradictions }: Round): string {
  return `${exposed} exposed, ${filtered} filtered, ${unknown} unknown, ${contradictions.length} contradictions`
}
