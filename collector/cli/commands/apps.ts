// overdue apps [APP]: applications, those that need a person first; one of them with the policy it is judged by.
import { formatDuration } from '../../../shared/judgement/duration.ts'
import { paths } from '../../../shared/protocol/paths.ts'
import { formatPattern } from '../../../shared/query/format.ts'
import type { ApplicationItem } from '../../views/application-view.ts'
import { collectorOf } from '../ask-collector.ts'
import { CONNECTION_FLAGS, CONNECTION_HELP, isSet, JSON_FLAG, requireOneOf, type Command } from '../command.ts'
import { EXIT } from '../io.ts'
import { collect, pagesOf } from '../pages.ts'
import { emphasisOf, printJson, printText, tell } from '../print.ts'
import { plainLines, table, type Column } from '../table.ts'
import { visible } from '../visible.ts'

export const apps: Command = {
  help: `Examples
  overdue apps
  overdue apps shop
  overdue apps --plain | cut -f1

Applications, those that need a person first: how many servers each has in which state, and the restart pending for
longest. With a name: that one, with the policy it is judged by.

  --plain            tab-separated, no heading, nothing shortened
  --json             one JSON document
${CONNECTION_HELP}`,
  flags: { ...CONNECTION_FLAGS, ...JSON_FLAG, plain: { type: 'boolean' }, 'no-color': { type: 'boolean' } },
  wordsMax: 1,

  async run({ words, flags, io }) {
    requireOneOf(flags, ['json', 'plain'])
    const client = await collectorOf(flags, io)
    const [name] = words
    if (name !== undefined) {
      const { value, at } = await client.read<ApplicationItem>(paths.application(name))
      await (isSet(flags, 'json') ? printJson(io, value) : printText(io, applicationText(value, at)))
      return EXIT.done
    }
    const { items, total, nextCursor, at } = await collect(
      pagesOf<ApplicationItem>(client, paths.applications(), {}, null),
    )
    if (isSet(flags, 'json')) await printJson(io, { items, nextCursor, total })
    else if (items.length === 0) await tell(io, 'No server belongs to an application yet.')
    else if (isSet(flags, 'plain')) await printText(io, plainLines(columnsAt(at), items).join('\n'))
    else await printText(io, table(columnsAt(at), items, { width: io.out.width, heading: emphasisOf(io, flags) }))
    return EXIT.done
  },
}

const NO_APPLICATION = '(none)'

function columnsAt(at: number): Column<ApplicationItem>[] {
  const number = (value: number): string => value.toLocaleString('en')
  return [
    { heading: 'APP', widthMin: 12, keep: 'both-ends', cell: ({ name }) => name ?? NO_APPLICATION },
    { heading: 'SERVERS', isRight: true, dispensable: 3, cell: ({ total }) => number(total) },
    { heading: 'PROMOTED', isRight: true, cell: ({ promoted }) => number(promoted) },
    { heading: 'RESTART-REQUIRED', isRight: true, cell: ({ state }) => number(state['restart-required']) },
    { heading: 'UNKNOWN', isRight: true, dispensable: 2, cell: ({ state }) => number(state.unknown) },
    { heading: 'DEFERRABLE', isRight: true, dispensable: 6, cell: ({ state }) => number(state.deferrable) },
    { heading: 'OK', isRight: true, dispensable: 4, cell: ({ state }) => number(state.ok) },
    { heading: 'EXPOSURE', dispensable: 5, cell: ({ worstExposure }) => worstExposure ?? '' },
    { heading: 'OLDEST', widthMin: 12, dispensable: 1, cell: (item) => oldestText(item, at) },
  ]
}

function oldestText({ oldest }: ApplicationItem, at: number): string {
  if (oldest === null) return ''
  return oldest.since === null ? oldest.name : `${oldest.name}, ${formatDuration(at - Date.parse(oldest.since))}`
}

function applicationText(item: ApplicationItem, at: number): string {
  const { name, total, state, reporting, exposure, promoted, reasons, policy } = item
  const { exposedDays, otherwiseDays, from } = policy.staleAfter
  const where = (source: string): string => (source === 'application' ? 'set for this application' : "the fleet's")
  return [
    name === null ? NO_APPLICATION : visible(name),
    '',
    counts('servers', { active: total, promoted }),
    counts('state', state),
    counts('promoted', reasons),
    counts('reporting', reporting),
    counts('exposure', exposure),
    label('oldest') + (visible(oldestText(item, at)) || 'nothing is pending'),
    `${label('stale after')}${exposedDays} d when exposed, otherwise ${otherwiseDays} d (${where(from)}; preset ${policy.preset})`,
    `${label('unknown')}exposure ${policy.unknownExposureCounts.value ? 'counts as exposed' : 'does not promote'} (${where(policy.unknownExposureCounts.from)})`,
    `${label('old code')}at an open port ${policy.outdatedServiceCounts.value ? 'promotes' : 'does not promote'} (${where(policy.outdatedServiceCounts.from)})`,
    ...(name === null ? [] : ['', `Its servers: overdue list 'app:${visible(formatPattern([name]))}'`]),
  ].join('\n')
}

function counts(of: string, words: Readonly<Record<string, number>>): string {
  const parts = Object.entries(words).map(([word, count]) => `${word} ${count.toLocaleString('en')}`)
  return label(of) + parts.join('   ')
}

function label(text: string): string {
  return text.padEnd(12)
}
