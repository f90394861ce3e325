// What follows a first packet that got through, from the same senders: whose next packet is rejected, is told that the
// connection failed. (Where it is dropped without a word, the port has answered all the same.) Like the way of the answer
// it can take certainty away, never give any. Pure.
import type { Window } from './packet.ts'
import { everyone } from './address-space.ts'
import { minus, type Ranges } from './ranges.ts'
import { allOf, setOf } from './senders.ts'
import type { Budget } from './trace.ts'
import { walkRequest, type Arrival, type HostView, type Question } from './walk-packet.ts'

/** `senders`: whose next packets are certainly not rejected; the same for every port of the window. */
export type Later = { senders: Ranges; daddrWindow: Window; dportWindow: Window }
export type LaterCache = (arrival: Arrival, question: Question) => Later

export function createLaterCache(host: HostView, budget: Budget): LaterCache {
  const known = new Map<string, Later[]>()
  return ({ lane: { packet } }, question) => {
    const { ctMark, isTranslated } = packet
    const later = {
      ...(packet.daddrWindow === null ? { daddr: packet.daddr, daddrWindow: null } : {}),
      ...(packet.dportWindow === null ? { dport: packet.dport, dportWindow: null } : {}),
    }
    const { family, protocol, iif } = question
    const key = [family, protocol, iif, ctMark, isTranslated, later.daddr, later.dport].join(' ')
    const alike = known.get(key) ?? []
    const found = alike.find((one) => isInside(one, question))
    if (found !== undefined) return found
    const walk = walkRequest(host, question, budget, { ctState: 'established', ctMark, isTranslated, later })
    const { trace, daddrWindow, dportWindow } = walk
    const told = setOf(allOf([...trace.rejected, ...trace.losses.map(({ may }) => may)]))
    const made = { senders: minus(everyone(family), told), daddrWindow, dportWindow }
    known.set(key, [...alike, made])
    return made
  }
}

function isInside({ daddrWindow, dportWindow }: Later, { daddr, dport }: Question): boolean {
  const isIn = (window: Window, point: number | bigint) => window.from <= point && point < window.beyond
  return isIn(daddrWindow, daddr) && isIn(dportWindow, dport)
}
