// overdue version
import { COLLECTOR_VERSION } from '../../version.ts'
import { isSet, JSON_FLAG, type Command } from '../command.ts'
import { EXIT } from '../io.ts'
import { printJson, printText } from '../print.ts'

export const version: Command = {
  help: `Examples
  overdue version
  overdue version --json`,
  flags: JSON_FLAG,
  wordsMax: 0,

  async run({ flags, io }) {
    if (isSet(flags, 'json'))
      await printJson(io, { program: 'overdue', version: COLLECTOR_VERSION, node: process.versions.node })
    else await printText(io, `overdue ${COLLECTOR_VERSION}`)
    return EXIT.done
  },
}
