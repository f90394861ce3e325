// How large a ruleset may be, weighed before anything is made of it: the scan has little memory, and one that is killed
// for it says nothing at all. Pure.
import type { RuleTexts } from './rule-sources.ts'

/**
 * In values of nft's JSON. A rule has about 14 and takes 3 KB once it is read, an element of a set one or two. 20,000
 * rules and 60,000 elements weigh 370,000; this much takes 265 MB at the peak, of the 384 that the unit has.
 */
const WEIGHT_MAX = 800_000
/** Of a rule of iptables. */
const LINE_WEIGHT = 14

/** Throws Error for a ruleset that is too large. */
export function requireFit({ nft, nftSaves, legacySaves }: Pick<RuleTexts, 'nft' | 'nftSaves' | 'legacySaves'>): void {
  let weight = countOf(nft, ',')
  for (const save of [nftSaves[4], nftSaves[6], legacySaves[4], legacySaves[6]])
    weight += LINE_WEIGHT * countOf(save ?? '', '\n')
  if (weight > WEIGHT_MAX)
    throw new Error(`the ruleset is too large: ${percent(weight)} of what the scan has memory for`)
}

function percent(weight: number): string {
  return `${Math.ceil((100 * weight) / WEIGHT_MAX)} %`
}

function countOf(text: string, sign: string): number {
  let count = 0
  for (let at = text.indexOf(sign); at !== -1; at = text.indexOf(sign, at + 1)) count += 1
  return count
}
