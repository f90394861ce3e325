// Status for people: the sentence first, then who looks, then what the collector knows.
import type { Standing } from '../delivery/delivery.ts'
import type { StatusDocument } from './status-document.ts'

const LABEL_WIDTH = 12

const STANDINGS: Readonly<Record<Standing, string>> = {
  starting: 'not told anything yet',
  reporting: 'up to date',
  retrying: 'cannot be reached; the newest report is kept and sent when it can',
  unauthorized: 'does not accept this credential; it is kept, and tried again',
  refused: 'refuses this report; it gets heartbeats until the report changes',
  conflict: 'sees two live copies of this credential; enrol one of them anew',
  revoked: 'removed this server; nothing is reported any more',
}

export function statusText({ serverId, resident, delivery, lookedAt, judgement, problems }: StatusDocument): string {
  const agent = resident === null ? 'not running' : `running as process ${resident.pid}, version ${resident.version}`
  const lines = [
    judgement === null ? 'This host was not looked at yet.' : judgement.headline,
    '',
    ...(judgement === null ? [] : field('state', `${judgement.state} (default policy)`)),
    ...(judgement?.since ? field('since', `${judgement.since} (${judgement.sinceQuality})`) : []),
    ...(lookedAt === null ? [] : field('changed', lookedAt)),
    ...field('agent', agent),
    ...field(
      'server',
      serverId === null ? 'not enrolled' : `${serverId}${resident === null ? '' : ` at ${resident.url}`}`,
    ),
    ...(resident === null ? [] : field('collector', STANDINGS[delivery?.standing ?? 'starting'])),
    ...(delivery?.acknowledged
      ? field('last taken', `${delivery.acknowledged.at} (report ${delivery.acknowledged.seq})`)
      : []),
    ...(delivery?.problem ? field('problem', delivery.problem) : []),
    ...problems.flatMap((problem) => field('not read', problem)),
  ]
  return `${lines.join('\n')}\n`
}

function field(label: string, text: string): string[] {
  return [`${label.padEnd(LABEL_WIDTH)}${text}`]
}
