// Who can reach what on this host: one row for each protocol, family, address and port, from sockets, addresses, routes
// and rules read at one moment. Pure.
import { bindClassOf } from './bind-class.ts'
import { guarded, toRow } from './exposure-row.ts'
import { unknown, type ExposureInput, type ExposureRow, type Group, type Judged, type Scan } from './exposure-scan.ts'
import { byBindAlone, judgeGroup } from './judge-bound.ts'
import type { ListeningSocket } from './sockets.ts'
import { translatedRows } from './translated-rows.ts'
import { createWalkCache } from './walk-cache.ts'
import { prepare } from './walk-packet.ts'
import { createLaterCache } from './walk-later.ts'
import { createReplyCache } from './walk-reply.ts'

/** 20,000 rules, 60,000 elements and 200 ports need 5 million; beyond it rows are unknown, after a second or two. */
const STEPS_MAX = 12_000_000

export function decideExposure(input: ExposureInput): ExposureRow[] {
  const groups = groupsOf(input.sockets)
  const { rules } = input
  if ('unreadable' in rules) return groups.map((group) => toRow(group, withoutRules(group, rules.unreadable)))
  const budget = { steps: 0, stepsMax: STEPS_MAX }
  const host = prepare(rules, input.network, input.sysctls)
  const scan: Scan = {
    input,
    host,
    ruleset: rules,
    budget,
    walkOf: createWalkCache(host, budget),
    replyTo: createReplyCache(host, budget),
    laterOf: createLaterCache(host, budget),
  }
  const rows = groups.map((group) =>
    toRow(
      group,
      guarded(() => judgeGroup(scan, group), group),
    ),
  )
  return [...rows, ...translatedRows(scan, groups)]
}

function groupsOf(sockets: readonly ListeningSocket[]): Group[] {
  const groups = Map.groupBy(
    sockets,
    ({ protocol, family, address, port }) => `${protocol} ${family} ${address} ${port}`,
  )
  return [...groups.values()].flatMap((all) => {
    const [first] = all
    return first === undefined ? [] : [{ ...first, sockets: all }]
  })
}

function withoutRules({ address }: Group, why: string): Judged {
  return byBindAlone(bindClassOf(address)) ?? unknown('firewall-unreadable', why)
}
