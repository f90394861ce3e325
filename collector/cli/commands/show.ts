// overdue show SERVER
import { paths } from '../../../shared/protocol/paths.ts'
import type { ServerDocument } from '../../views/server-view.ts'
import { collectorOf } from '../ask-collector.ts'
import { UsageError } from '../cli-error.ts'
import { CONNECTION_FLAGS, CONNECTION_HELP, isSet, JSON_FLAG, type Command } from '../command.ts'
import { findServer } from '../find-server.ts'
import { EXIT } from '../io.ts'
import { emphasisOf, printJson, printText } from '../print.ts'
import { serverText } from '../server-text.ts'

export const show: Command = {
  help: `Examples
  overdue show web-03
  overdue show sabcdefghijklmnopqrstuvwxyz --json

All that is known of one server: the verdict and the packages that ask for it, what it rests on, the listening ports with
their bind and who reaches them, and what could not be read.
SERVER is an id or an exact name. Where several have the name, they are listed.

  --json             one JSON document on standard output
${CONNECTION_HELP}`,
  flags: { ...CONNECTION_FLAGS, ...JSON_FLAG, 'no-color': { type: 'boolean' } },
  wordsMax: 1,

  async run({ words, flags, io }) {
    const [which] = words
    if (which === undefined) throw new UsageError('Say which: overdue show SERVER.')
    const client = await collectorOf(flags, io)
    const { id } = await findServer(client, which)
    const { value, at } = await client.read<ServerDocument>(paths.server(id))
    if (isSet(flags, 'json')) await printJson(io, value)
    else await printText(io, serverText(value, at, emphasisOf(io, flags)))
    return EXIT.done
  },
}
