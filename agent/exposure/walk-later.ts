// What follows a first packet that got through, from the same senders: whose next packet is rejected, is told that the
// connection failed. (Where it is dropped without a word, the port has answered all the same.) Like the way of the answer
// it can take certainty away, never give any. Pure.
import type { Window } from './packet.ts'
import { everyone } from './address-space.ts'
import type { Family } from './family.ts'
import { minus, type Ranges } from './ranges.ts'
import type { Table, Verdict } from './ruleset.ts'
import { allOf, setOf } from './senders.ts'
import type { Budget } from './trace.ts'
import { walkRequest, type Arrival, type HostView, type Question } from './walk-packet.ts'

/** `senders`: whose next packets are certainly not rejected; the same for every port of the window. */
export type Later = { senders: Ranges; daddrWindow: Window; dportWindow: Window }
export type LaterCache = (arrival: Arrival, question: Question) => Later

export function createLaterCache(host: HostView, budget: Budget): LaterCache {
  const known = new Map<string, Later[]>()
  const tables = new Set([...host.hooks.values()].flatMap((hooked) => hooked.map(({ table }) => table)))
  const isSilent = [...tables].every(tellsNobody)
  return ({ lane: { packet } }, question) => {
    if (isSilent) return nobodyTold(question.family)
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

/** No rule rejects, and none might: what follows need not be walked. */
function tellsNobody({ chains }: Table): boolean {
  const isSilent = (verdict: Verdict): boolean => {
    if (verdict.kind === 'dispatch') return verdict.entries.every((entry) => isSilent(entry.verdict))
    if (verdict.kind === 'jump' || verdict.kind === 'goto') return chains.has(verdict.chain)
    return verdict.kind !== 'lost' && !(verdict.kind === 'drop' && verdict.isTold === true)
  }
  return [...chains.values()].every(({ rules }) => rules.every(({ verdict }) => isSilent(verdict)))
}

function nobodyTold(family: Family): Later {
  const senders = everyone(family)
  return { senders, daddrWindow: { from: 0, beyond: 2n ** 128n }, dportWindow: { from: 0, beyond: 65_536 } }
}

function isInside({ daddrWindow, dportWindow }: Later, { daddr, dport }: Question): boolean {
  const isIn = (window: Window, point: number | bigint) => window.from <= point && point < window.beyond
  return isIn(daddrWindow, daddr) && isIn(dportWindow, dport)
}
