// overdue-agent explain: why this host is judged as it is. Looks afresh and asks nobody.
import { readAskingPackages } from '../probes/asking-packages.ts'
import { hostAt } from '../host/host-at.ts'
import { toExplanation } from './explanation.ts'
import { explainText } from './explain-text.ts'
import { type CommandIo, EXIT } from './io.ts'
import { parseFlags } from './parse-flags.ts'
import { lookAtHost } from './snapshot.ts'

const FLAGS = { root: { type: 'string' }, port: { type: 'string' }, json: { type: 'boolean' } } as const

export async function runExplain(argv: readonly string[], io: CommandIo): Promise<number> {
  const { root, port, json } = parseFlags(argv, FLAGS)
  const directory = typeof root === 'string' ? root : null
  if (typeof port === 'string') return await runExplainPort(port, directory, json === true, io)
  const document = await lookAtHost(directory, io.environment)
  const packages = await readAskingPackages(await hostAt(directory, 'recorded'), document.judgement.packages ?? [])
  const explanation = toExplanation(document, packages)
  io.stdout.write(json === true ? `${JSON.stringify(explanation, null, 2)}\n` : explainText(explanation))
  return EXIT.done
}

async function runExplainPort(port: string, root: string | null, isJson: boolean, io: CommandIo): Promise<number> {
  const { explainPort, parsePort } = await import('./explain-port.ts')
  const { explainPortText } = await import('./explain-port-text.ts')
  const asked = parsePort(port)
  const { environment } = io
  const explanation = await explainPort(asked, await lookAtHost(root, environment), { root, environment })
  io.stdout.write(isJson ? `${JSON.stringify(explanation, null, 2)}\n` : explainPortText(explanation))
  return EXIT.done
}
