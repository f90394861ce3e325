// What a walk leaves behind: who was dropped by what, where certainty was lost, and how much work it was. Pure.
import { shareOf } from './address-space.ts'
import { takeEffort } from './effort.ts'
import type { Lane } from './packet.ts'
import type { Quote } from './quoted.ts'
import type { Rule } from './ruleset.ts'
import { isNobody, type Senders } from './senders.ts'

/** More work than any ruleset needs that people wrote: the rest is not known. */
export class TooMuchWorkError extends Error {
  override readonly name = 'TooMuchWorkError'
}

/** One step of a walk, for somebody who explains it. `share`: how much of the public space it is about. */
export type Watched = { kind: 'chain' | 'rule' | 'policy'; text: Quote; does: string; share: number }

export type Budget = {
  steps: number
  readonly stepsMax: number
  readonly watch?: (step: Watched) => void
}

export type Drop = { text: Quote; kind: 'rule' | 'policy' | 'route'; share: number }
export type Doubt = { text: Quote; what: string; share: number }
export type Loss = { may: Senders; text: Quote; why: string }

export type Trace = {
  budget: Budget
  drops: Drop[]
  doubts: Doubt[]
  losses: Loss[]
  /** Senders who are told, or may be. */
  rejected: Senders[]
  drop: (lane: Lane, text: Quote, kind: Drop['kind']) => void
  doubt: (doubted: Senders, lane: Lane, rule: Rule) => void
  lose: (lane: Lane, text: Quote, why: string) => void
}

/** Few rules decide; of the others it is enough that they were there. */
const KEPT_MAX = 64

export function newTrace(budget: Budget): Trace {
  const drops: Drop[] = []
  const doubts: Doubt[] = []
  const losses: Loss[] = []
  return {
    budget,
    drops,
    doubts,
    losses,
    rejected: [],
    drop: ({ may, packet }, text, kind) => keep(drops, { text, kind, share: shareOf(may, packet.family) }),
    doubt: (doubted, { packet }, { text, conditions }) => {
      const what = conditions.find((condition) => condition.what !== undefined)?.what ?? 'not known'
      keep(doubts, { text, what, share: shareOf(doubted, packet.family) })
    },
    lose: ({ may }, text, why) => {
      if (!isNobody(may)) losses.push({ may, text, why })
    },
  }
}

export function largest<T extends { share: number }>(found: readonly T[]): T | null {
  return found.reduce<T | null>((best, one) => (best === null || one.share > best.share ? one : best), null)
}

/** Together with what sets have cost since the last time. */
export function spend({ budget }: Trace, steps: number): void {
  budget.steps += steps + takeEffort()
  if (budget.steps > budget.stepsMax) throw new TooMuchWorkError(`more than ${budget.stepsMax} steps`)
}

function keep<T extends { share: number }>(found: T[], one: T): void {
  if (found.length < KEPT_MAX) found.push(one)
  else {
    const smallest = found.reduce((low, { share }, at) => (share < (found[low]?.share ?? 1) ? at : low), 0)
    if ((found[smallest]?.share ?? 1) < one.share) found[smallest] = one
  }
}
