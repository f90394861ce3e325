// overdue summary
import { formatDuration } from '../../../shared/judgement/duration.ts'
import { paths } from '../../../shared/protocol/paths.ts'
import type { Summary } from '../../views/summary-view.ts'
import { collectorOf } from '../ask-collector.ts'
import { CONNECTION_FLAGS, CONNECTION_HELP, isSet, JSON_FLAG, type Command } from '../command.ts'
import { EXIT } from '../io.ts'
import { emphasisOf, printJson, printText } from '../print.ts'
import { visible } from '../visible.ts'

export const summaryCommand: Command = {
  help: `Examples
  overdue summary
  overdue summary --json

The fleet in one sentence, and how many servers are in which state.

  --json             one JSON document on standard output
${CONNECTION_HELP}`,
  flags: { ...CONNECTION_FLAGS, ...JSON_FLAG },
  wordsMax: 0,

  async run({ flags, io }) {
    const client = await collectorOf(flags, io)
    const { value, at } = await client.read<Summary>(paths.summary())
    if (isSet(flags, 'json')) await printJson(io, value)
    else await printText(io, summaryText(value, at, emphasisOf(io, flags)))
    return EXIT.done
  },
}

function summaryText(summary: Summary, at: number, emphasis: (text: string) => string): string {
  const { total, state, reporting, exposure, reasons, promoted, lastReportAt, blind } = summary
  const lines = [
    emphasis(visible(summary.sentence)),
    '',
    line('servers', { active: total, promoted }),
    line('state', state),
    line('promoted', reasons),
    line('reporting', reporting),
    line('exposure', exposure),
    `${'last report'.padEnd(13)}${lastReportAt === null ? 'none yet' : `${formatDuration(at - Date.parse(lastReportAt))} ago`}`,
  ]
  if (blind !== null)
    lines.push(
      '',
      `The collector itself could not look since ${blind.since} (${blind.reason}): ${blind.servers} servers are not called late or silent for it.`,
    )
  return lines.join('\n')
}

function line(label: string, counts: Readonly<Record<string, number>>): string {
  const parts = Object.entries(counts).map(([word, count]) => `${word} ${count.toLocaleString('en')}`)
  return `${label.padEnd(13)}${parts.join('   ')}`
}
