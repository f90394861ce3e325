// Who can reach a port, for people: each socket with its verdict, then the walk that made it.
import type { Listener } from '../../shared/sections/listeners.ts'
import type { WalkTale } from '../exposure/tell-walk.ts'
import type { PortExplanation } from './explain-port.ts'
import { harmless } from './snapshot-text.ts'

export function explainPortText({ port, listeners, from, readAt, walks, why }: PortExplanation): string {
  const families = new Set(listeners.map(({ family }) => family))
  const lines = [
    ...(listeners.length === 0 ? [`Nothing listens on port ${port}, and no rule passes it on.`] : []),
    ...listeners.flatMap(listenerLines),
    '',
    SOURCES[from](readAt),
    ...walks.filter(({ family }) => families.size === 0 || families.has(family)).flatMap(walkLines),
    ...(why === null ? [] : [`No walk is told: ${why}.`]),
  ]
  return `${lines.map(harmless).join('\n')}\n`
}

const SOURCES: Readonly<Record<PortExplanation['from'], (readAt: string | null) => string>> = {
  walk: () => 'The walk of a first packet from everybody, through the rules as they are now:',
  scan: (readAt) => `The verdicts are those of the last scan, which read the rules at ${readAt ?? 'no known time'}.`,
  none: () => 'No scan of the firewall has answered; "overdue-agent doctor" says why.',
}

function listenerLines(row: Listener): string[] {
  const { protocol, port, address, verdict, reason, unit, container, via, rule, share, declared } = row
  const holder = container === undefined ? unit : `container ${container}`
  return [
    `${protocol} ${port} on ${address}${holder === undefined ? '' : `, ${holder}`}: ${verdict} (${reason})`,
    ...(rule === undefined ? [] : [`    rule    ${rule}`]),
    ...(share === undefined ? [] : [`    share   ${percent(share)} of the public address space gets through`]),
    ...(via === undefined ? [] : [`    via     ${via}`]),
    ...(declared === undefined ? [] : declaredLines(declared)),
  ]
}

function declaredLines({ by, why, expires, isExpired, judged }: NonNullable<Listener['declared']>): string[] {
  if (isExpired)
    return [`    note    ${by} of agent.toml said otherwise until ${expires ?? 'now'} and counts no more: ${why}`]
  const until = expires === null ? '' : ` until ${expires}`
  return [`    note    declared${until} by ${by} (${why}); by itself this host says ${judged}`]
}

function walkLines({
  protocol,
  address,
  interface: iif,
  steps,
  more,
  ends,
  problem,
}: PortExplanation['walks'][number]): string[] {
  return [
    '',
    `${protocol} to ${address}, in by ${iif}`,
    ...(steps.length === 0 ? ['  no chain stands on its way'] : steps.map(stepLine)),
    ...(more === 0 ? [] : [`  and ${more} steps more`]),
    ...(problem === null ? ends.map(endLine) : [`  given up: ${problem}`]),
    ...(problem === null && ends.length === 0 ? ['  = nobody is through'] : []),
  ]
}

function stepLine({ kind, text, does, share }: WalkTale['steps'][number]): string {
  if (kind === 'chain') return `  ${does}: ${text}`
  return kind === 'policy'
    ? `    policy ${does} for ${percent(share)}`
    : `    ${does.padEnd(9)} ${percent(share)} | ${text}`
}

function endLine({ kind, address, port, certainly, possibly }: WalkTale['ends'][number]): string {
  const where = kind === 'local' ? 'the sockets of this host' : 'elsewhere'
  const who =
    certainly === possibly ? percent(certainly) : `${percent(certainly)} certainly, ${percent(possibly)} possibly,`
  return `  = ${who} through to ${where}, ${address} port ${port ?? 'any'}`
}

function percent(share: number): string {
  const shown = share === 0 || share === 1 ? String(share * 100) : (share * 100).toFixed(share < 0.001 ? 4 : 1)
  return `${shown} %`
}
