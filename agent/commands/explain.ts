// overdue-agent explain: why this host is judged as it is. Looks afresh and asks nobody.
import { toExplanation } from './explanation.ts'
import { explainText } from './explain-text.ts'
import { type CommandIo, EXIT } from './io.ts'
import { parseFlags } from './parse-flags.ts'
import { lookAtHost } from './snapshot.ts'

const FLAGS = { root: { type: 'string' }, json: { type: 'boolean' } } as const

export async function runExplain(argv: readonly string[], io: CommandIo): Promise<number> {
  const { root, json } = parseFlags(argv, FLAGS)
  const explanation = toExplanation(await lookAtHost(typeof root === 'string' ? root : null, io.environment))
  io.stdout.write(json === true ? `${JSON.stringify(explanation, null, 2)}\n` : explainText(explanation))
  return EXIT.done
}
