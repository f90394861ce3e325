// overdue-agent version
import { AGENT_VERSION } from '../version.ts'
import { type CommandIo, EXIT } from './io.ts'
import { parseFlags } from './parse-flags.ts'

// oxlint-disable-next-line require-await -- commands are asynchronous, and a wrong flag has to become a rejection
export async function runVersion(argv: string[], io: CommandIo): Promise<number> {
  const { json } = parseFlags(argv, { json: { type: 'boolean' } })
  const about = { version: AGENT_VERSION, runtime: process.version }
  io.stdout.write(
    json === true ? `${JSON.stringify(about)}\n` : `overdue-agent ${AGENT_VERSION} (Node ${process.version})\n`,
  )
  return EXIT.done
}
