// `version`.
import { COLLECTOR_VERSION } from '../version.ts'
import { readFlags } from './arguments.ts'
import { answer, type Command } from './command.ts'

export const version: Command = {
  help: `Examples
  overdue-collector version
  overdue-collector version --json`,

  async run(args, io) {
    const flags = readFlags(args, { json: { type: 'boolean' } })
    return answer(io, flags['json'] === true, {
      json: { program: 'overdue-collector', version: COLLECTOR_VERSION, node: process.versions.node },
      out: `overdue-collector ${COLLECTOR_VERSION}`,
    })
  },
}
