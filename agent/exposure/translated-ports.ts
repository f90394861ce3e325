// Ports that answer without a socket of the host, because translation sends what arrives there somewhere else. Pure.
import { everyone } from './address-space.ts'
import { newWorld, NO_WINDOWS, type Lane } from './packet.ts'
import { NOTHING, unionOf, type Ranges } from './ranges.ts'
import { newTrace, TooMuchWorkError, type Budget } from './trace.ts'
import { through, type HostView, type Question } from './walk-packet.ts'

const LAST_PORT = 65_535

/** `endedAt`: from this port on it was too much work. Through the translating chains alone, with every mark not known: what might be translated is on the list. */
export function translatedPorts(
  host: HostView,
  question: Omit<Question, 'dport'>,
  budget: Budget,
): { ports: Ranges; endedAt: number | null } {
  const chains = (host.hooks.get('prerouting') ?? []).filter(({ base }) => base.isNat)
  const onlyNat = { ...host, hooks: new Map([['prerouting' as const, chains]]) }
  const found: Ranges[] = [NOTHING]
  let port = 1
  try {
    while (port <= LAST_PORT) {
      const { beyond, isTranslated } = tryPort(onlyNat, { ...question, dport: port }, budget)
      if (isTranslated) found.push([port, beyond])
      port = beyond
    }
  } catch (error) {
    if (!(error instanceof TooMuchWorkError)) throw error
    return { ports: unionOf(found), endedAt: port }
  }
  return { ports: unionOf(found), endedAt: null }
}

function tryPort(host: HostView, question: Question, budget: Budget): { beyond: number; isTranslated: boolean } {
  const all = everyone(question.family)
  const dportWindow = { from: 1, beyond: LAST_PORT + 1 }
  const ends = { saddr: null, sport: null, oif: null, ...NO_WINDOWS, dportWindow }
  const packet = { ...question, ...ends, ctState: 'new' as const, isTranslated: false, mark: null, ctMark: null }
  const start: Lane = { packet, must: all, may: all, world: newWorld(), acceptedBy: null, translatedBy: null }
  const trace = newTrace(budget)
  const lanes = through(host, 'prerouting', [start], trace)
  const isTranslated = lanes.some((lane) => lane.packet.isTranslated) || trace.losses.length > 0
  return { beyond: dportWindow.beyond, isTranslated }
}
