// Ports that answer without a socket of the host, because translation sends what arrives there somewhere else. Pure.
import { everyone } from './address-space.ts'
import { newWorld, type Lane } from './packet.ts'
import { newTrace, type Budget } from './trace.ts'
import { through, type HostView, type Question } from './walk-packet.ts'

/** Of a wide range of ports translated alike the first stands for all. */
const LISTED_WIDTH_MAX = 64
const LAST_PORT = 65_535

/** Through the translating chains alone, with every mark not known: what might be translated is on the list. */
export function translatedPorts(host: HostView, question: Omit<Question, 'dport'>, budget: Budget): number[] {
  const chains = (host.hooks.get('prerouting') ?? []).filter(({ base }) => base.isNat)
  const onlyNat = { ...host, hooks: new Map([['prerouting' as const, chains]]) }
  const ports: number[] = []
  let port = 1
  while (port <= LAST_PORT) {
    const { beyond, isTranslated } = tryPort(onlyNat, { ...question, dport: port }, budget)
    const width = beyond - port
    if (isTranslated) ports.push(...Array.from({ length: width > LISTED_WIDTH_MAX ? 1 : width }, (_, at) => port + at))
    port = beyond
  }
  return ports
}

function tryPort(host: HostView, question: Question, budget: Budget): { beyond: number; isTranslated: boolean } {
  const all = everyone(question.family)
  const dportWindow = { from: 1, beyond: LAST_PORT + 1 }
  const ends = { saddr: null, sport: null, oif: null, daddrWindow: null, dportWindow }
  const packet = { ...question, ...ends, ctState: 'new' as const, isTranslated: false, mark: null, ctMark: null }
  const start: Lane = { packet, must: all, may: all, world: newWorld(), acceptedBy: null, translatedBy: null }
  const trace = newTrace(budget)
  const lanes = through(host, 'prerouting', [start], trace)
  const isTranslated = lanes.some((lane) => lane.packet.isTranslated) || trace.losses.length > 0
  return { beyond: dportWindow.beyond, isTranslated }
}
