// From walks to a verdict for one port: exposed when at least a quarter of the public certainly gets through, filtered
// when less than that possibly does, and otherwise unknown, with the rule that could not be followed. Pure.
import { everyone, shareOf } from './address-space.ts'
import type { Family } from './family.ts'
import type { Lane, Window } from './packet.ts'
import { NOTHING, unionOf, type Point } from './ranges.ts'
import { allOf, among, isNobody, type Senders } from './senders.ts'
import { largest, type Drop } from './trace.ts'
import type { Arrival, Question, Walk } from './walk-packet.ts'
import type { LaterCache } from './walk-later.ts'
import type { ReplyCache } from './walk-reply.ts'
import { acceptedFrom } from './worlds.ts'
import type { ListeningSocket } from './sockets.ts'
import type { UnitFilter } from './unit-filter.ts'

export type PortVerdict = {
  verdict: 'exposed' | 'filtered' | 'unknown'
  reason: string
  rule: string | null
  share: number
  /** For every port in between it is the same, as far as rules go. */
  ports: Window
  via: 'dnat' | 'redirect' | null
}

/** Of the public address space; below it "anywhere" would be wrong. */
const MOST = 0.25

/** Which arrivals count: those at these sockets, or those that translation took elsewhere. */
export type Wanted = { sockets: readonly ListeningSocket[]; isElsewhereCounted: boolean }

export function judgeWalk(
  onward: Onward,
  walk: Walk,
  question: Question,
  { filterOf, ...who }: Who & { filterOf: FilterOf },
): PortVerdict {
  const { family } = question
  const { wanted } = who
  const delivered = deliveries(walk, question, who)
  const replies = delivered.map(({ arrival, sockets }) =>
    answering(onward, admitted(arrival, sockets.map(filterOf), family), question),
  )
  const lanes = replies.map(({ lane }) => lane)
  const ports = replies.reduce((window, { window: own }) => inBoth(window, own), walk.dportWindow)
  const accepted = acceptedFrom(walk.world, lanes)
  const losses = wanted.sockets.length > 0 || wanted.isElsewhereCounted ? walk.trace.losses : []
  const may = allOf([accepted.may, ...losses.map((loss) => loss.may)])
  const [mustShare, mayShare] = [shareOf(accepted.must, family), shareOf(may, family)]
  if (mustShare >= MOST) return { verdict: 'exposed', ...whyExposed(walk, lanes, family), share: mustShare, ports }
  if (mayShare < MOST) {
    const isUnit = shareOf(allOf(delivered.map(({ arrival }) => arrival.lane.may)), family) >= MOST
    return { verdict: 'filtered', ...whyFiltered(walk, lanes, may, isUnit), share: mayShare, ports }
  }
  return {
    verdict: 'unknown',
    ...whyUnknown(
      walk,
      delivered.map(({ arrival }) => arrival),
      lanes,
    ),
    share: mayShare,
    ports,
  }
}

type Who = { wanted: Wanted; all: readonly ListeningSocket[] }
export type FilterOf = (socket: ListeningSocket) => UnitFilter | null
/** `sockets`: one of them answers; [] where somebody beyond this host does. */
export type Delivery = { arrival: Arrival; sockets: readonly ListeningSocket[] }

export function deliveries({ arrivals }: Walk, question: Question, { wanted, all }: Who): Delivery[] {
  return arrivals.flatMap((arrival): Delivery[] => {
    if (arrival.kind === 'forward') return wanted.isElsewhereCounted ? [{ arrival, sockets: [] }] : []
    const end = endOf(arrival.lane, question)
    const own = wanted.sockets.filter((socket) => answers(socket, question, end))
    const isElsewhere = own.length === 0 && wanted.isElsewhereCounted && arrival.lane.packet.isTranslated
    const sockets = isElsewhere ? all.filter((socket) => answers(socket, question, end)) : own
    return sockets.length === 0 ? [] : [{ arrival, sockets }]
  })
}

/** Of several units that share a port the kernel picks one: certain is who all of them let in. */
function admitted(arrival: Arrival, filters: readonly (UnitFilter | null)[], family: Family): Arrival {
  const sets = filters.map((filter) => filter?.allowed(family) ?? everyone(family))
  if (sets.every((set) => set === everyone(family))) return arrival
  const { lane } = arrival
  const must = sets.reduce(among, lane.must)
  return { ...arrival, lane: { ...lane, must, may: among(lane.may, unionOf(sets)) } }
}

/** Where it was translated the packet says so; else one walk stands for all ports and addresses of its windows. */
function endOf({ packet }: Lane, question: Question): { address: Point | null; port: number | null } {
  return {
    address: packet.daddrWindow === null ? packet.daddr : question.daddr,
    port: packet.dportWindow === null ? packet.dport : question.dport,
  }
}

export function answers(
  socket: ListeningSocket,
  { protocol, family, iif }: Pick<Question, 'protocol' | 'family' | 'iif'>,
  end: { address: Point | null; port: number | null },
): boolean {
  if (socket.protocol !== protocol || socket.family !== family || socket.port !== end.port) return false
  if (socket.device !== null && socket.device !== iif) return false
  return socket.address === null || socket.address === end.address
}

/** What has to get through after the first packet. */
type Onward = { replyTo: ReplyCache; laterOf: LaterCache }
type Answering = { lane: Lane; window: Window | null }

/** `window`: of the ports for which the answer is the same; null: of all. */
function answering({ replyTo, laterOf }: Onward, arrival: Arrival, question: Question): Answering {
  const { lane, kind } = arrival
  if (isNobody(lane.must)) return { lane, window: null }
  const { address, port } = endOf(lane, question)
  const packet = { ...lane.packet, daddr: address, dport: port }
  const { receivers, sportWindow } = replyTo({ lane: { ...lane, packet }, kind })
  const isTranslatedPort = lane.packet.dportWindow === null
  const must = among(lane.must, receivers)
  const window = isTranslatedPort ? null : sportWindow
  // One packet each way is all there is to a question by UDP.
  if (isNobody(must) || question.protocol === 'udp') return { lane: { ...lane, must }, window }
  const { senders, dportWindow } = laterOf(arrival, question)
  return { lane: { ...lane, must: among(must, senders) }, window: inBoth(dportWindow, window) }
}

function inBoth(a: Window, b: Window | null): Window {
  if (b === null) return a
  return { from: a.from > b.from ? a.from : b.from, beyond: a.beyond < b.beyond ? a.beyond : b.beyond }
}

function whyExposed(
  { hasRules }: Walk,
  lanes: readonly Lane[],
  family: Family,
): Pick<PortVerdict, 'reason' | 'rule' | 'via'> {
  const found = largest(lanes.map((lane) => ({ lane, share: shareOf(lane.must, family) })))?.lane
  const translation = found?.translatedBy ?? null
  if (translation !== null) {
    const reason = translation.kind === 'dnat' ? 'dnat-forward' : 'redirect'
    return { reason, rule: translation.rule(), via: translation.kind }
  }
  const rule = found?.acceptedBy ?? null
  if (rule !== null) return { reason: 'accept-rule', rule: rule(), via: null }
  return { reason: hasRules ? 'policy-accept' : 'no-firewall', rule: null, via: null }
}

function whyFiltered(
  { trace, arrivals }: Walk,
  lanes: readonly Lane[],
  may: Senders,
  isUnit: boolean,
): Pick<PortVerdict, 'reason' | 'rule' | 'via'> {
  if (isUnit) return { reason: 'unit-ip-filter', rule: null, via: null }
  const via = lanes.find(({ translatedBy }) => translatedBy !== null)?.translatedBy?.kind ?? null
  if (!isNobody(may)) {
    const rule = lanes.find(({ acceptedBy }) => acceptedBy !== null)?.acceptedBy?.() ?? null
    return { reason: 'source-restricted', rule, via }
  }
  const drop = largest(trace.drops)
  if (drop === null) return { reason: arrivals.length > 0 ? 'no-socket' : 'explicit-drop', rule: null, via }
  return { reason: DROP_REASONS[drop.kind], rule: drop.text(), via }
}

const DROP_REASONS: Readonly<Record<Drop['kind'], string>> = {
  rule: 'explicit-drop',
  policy: 'policy-drop',
  route: 'explicit-drop',
}

function whyUnknown(
  { trace }: Walk,
  delivered: readonly Arrival[],
  lanes: readonly Lane[],
): Pick<PortVerdict, 'reason' | 'rule' | 'via'> {
  const via = lanes.find(({ translatedBy }) => translatedBy !== null)?.translatedBy?.kind ?? null
  const loss = trace.losses[0]
  const doubt = largest(trace.doubts)
  if (doubt !== null) return { reason: 'opaque-rule', rule: `${doubt.what}: ${doubt.text()}`, via }
  if (loss !== undefined) return { reason: 'opaque-rule', rule: `${loss.why}: ${loss.text()}`, via }
  const isAnswerLost = delivered.some(({ lane }, at) => !isNobody(lane.must) && isNobody(lanes[at]?.must ?? NOTHING))
  return isAnswerLost
    ? { reason: 'answer-not-proven', rule: 'rules for the answer, or for what follows it', via }
    : { reason: 'opaque-rule', rule: 'chance picks between ways of which not all lead through', via }
}
