// Walks already made. One stands for every address and port of its windows, so two hundred ports that no rule names cost
// one walk. Pure but for its own memory.
import { walkRequest, type HostView, type Question, type Walk } from './walk-packet.ts'
import type { Budget } from './trace.ts'

export type WalkCache = (question: Question) => Walk

export function createWalkCache(host: HostView, budget: Budget): WalkCache {
  const known = new Map<string, Walk[]>()
  return (question) => {
    const key = `${question.family} ${question.protocol} ${question.iif}`
    const walks = known.get(key) ?? []
    const found = walks.find((walk) => isInside(walk, question))
    if (found !== undefined) return found
    const walk = walkRequest(host, question, budget)
    known.set(key, [...walks, walk])
    return walk
  }
}

function isInside({ daddrWindow, dportWindow }: Walk, { daddr, dport }: Question): boolean {
  return (
    daddrWindow.from <= daddr && daddr < daddrWindow.beyond && dportWindow.from <= dport && dport < dportWindow.beyond
  )
}
