// One server for people: the sentence first, then the facts, then the evidence.
import { formatDuration } from '../../shared/judgement/duration.ts'
import type { ServerDocument } from '../views/server-view.ts'
import { effectText } from './effect-text.ts'
import { fixesText } from './fixes-text.ts'
import { portsText } from './ports-text.ts'
import { runsText, updatesFacts } from './updates-text.ts'
import { visible } from './visible.ts'

const LABEL_WIDTH = 13

/** `at`: the collector's clock, epoch ms. */
export function serverText(server: ServerDocument, at: number, emphasis: (text: string) => string): string {
  const { name, application, environment, headline } = server
  const place = [application, environment].filter((part) => part !== null).join('/')
  return [
    emphasis(visible(name)) + (place === '' ? '' : `  ${visible(place)}`),
    visible(headline),
    '',
    ...facts(server, at),
    '',
    'Evidence (* decides)',
    ...evidence(server),
    '',
    ...portsText(server),
    ...effectText(server),
    ...fixesText(server),
    ...runsText(server),
    ...trouble(server),
  ].join('\n')
}

function facts(server: ServerDocument, at: number): string[] {
  const { since, staleAt, packages, lastKnown, tags, addresses } = server
  return [
    field('state', server.state),
    field('promoted', server.promoted ? server.reasons.join(', ') : null),
    field('snoozed', snoozed(server, at)),
    field('last known', lastKnown === null ? null : `${lastKnown.state}, ${moment(lastKnown.at, at)}`),
    field('since', since === null ? null : `${moment(since, at)} (${server.sinceQuality ?? 'quality not known'})`),
    field('deadline', staleAt === null ? null : moment(staleAt, at)),
    field('packages', packages === null ? 'could not be read' : packages.join(', ')),
    field('exposure', server.exposure),
    field('firewall', firewall(server, at)),
    field(
      'reporting',
      `${server.reporting}${server.lastReportAt === null ? '' : `, ${moment(server.lastReportAt, at)}`}`,
    ),
    ...updatesFacts(server, (time) => moment(time, at)).map(([label, text]) => field(label, text)),
    field('booted', server.bootedAt === null ? null : moment(server.bootedAt, at)),
    field('kernel', server.kernel),
    field('os', server.os),
    field('platform', server.virtualization),
    field('components', components(server)),
    field('agent', server.agentVersion),
    field('addresses', addresses === null ? null : addresses.join(', ')),
    field(
      'tags',
      Object.entries(tags)
        .map(([key, value]) => `${key}=${value}`)
        .join(', '),
    ),
    field('lifecycle', server.lifecycle),
    field('id', server.id),
  ].flat()
}

/** "until 2026-12-04 08:00 UTC, in 3 d, by Anna: with Friday's deploy; its reasons: exposed". */
function snoozed({ snoozed: found, reasons }: ServerDocument, at: number): string | null {
  if (found === null) return null
  const put = reasons.length === 0 ? '' : `; its reasons: ${reasons.join(', ')}`
  return `until ${moment(found.until, at)}, by ${found.by}: ${found.reason}${put}`
}

/** "nginx 1.22.1-9, ruby 3.2.2 (/opt/rubies/ruby-3.2.2)". */
function components({ components: found, componentsMissing }: ServerDocument): string | null {
  if (found === null) return null
  const names = found.map(({ name, version, path }) => [name, version, path === null ? null : `(${path})`])
  const told = names.map((parts) => parts.filter((part) => part !== null).join(' ')).join(', ')
  return componentsMissing === null
    ? told
    : `${told === '' ? 'none found' : told}; there may be more: ${componentsMissing}`
}

/** "nft, iptables, read 2026-11-22 06:14 UTC, 3 min ago". */
function firewall({ firewall: found, sections }: ServerDocument, at: number): string | null {
  if (found === null) return null
  if (!found.readable) return `not readable: ${sections.exposure?.reason ?? 'no reason given'}`
  const tools = found.tools ?? []
  return `${tools.length === 0 ? 'no rules' : tools.join(', ')}, read ${moment(found.readAt, at)}`
}

/** What is not known, or is nothing, is not mentioned. */
function field(label: string, text: string | null): string[] {
  return text === null || text === '' ? [] : [`${label.padEnd(LABEL_WIDTH)}${visible(text)}`]
}

/** "2026-11-01 06:14 UTC, 21 d 2 h ago". */
function moment(time: string, at: number): string {
  const ms = Date.parse(time)
  // What just happened may lie a moment ahead of the clock it is told by.
  const distance = ms - at >= 1_000 ? `in ${formatDuration(ms - at)}` : `${formatDuration(Math.max(0, at - ms))} ago`
  return `${time.slice(0, 16).replace('T', ' ')} UTC, ${distance}`
}

function evidence({ signals }: ServerDocument): string[] {
  if (signals.length === 0) return ['    none: nothing there could ask for a restart']
  return signals.flatMap(({ name, value, source, role, says, why, readAt }) => [
    visible(
      `  ${role === 'decides' ? '*' : ' '} ${name}: ${says}; ${value ?? 'not read'} [${source}${readAt === null ? '' : `, ${readAt}`}]`,
    ),
    visible(`      ${why}`),
  ])
}

function trouble({ sections }: ServerDocument): string[] {
  const failed = Object.entries(sections).filter(([, look]) => look.outcome === 'failed')
  return failed.length === 0
    ? []
    : [
        '',
        'Could not be read',
        ...failed.map(([name, { reason }]) => visible(`    ${name}: ${reason ?? 'no reason given'}`)),
      ]
}
