// The verdicts against a real kernel: the small form of `npm run prove:exposure`.
import { describe, expect, it } from 'vitest'
import { missingForNamespaces } from '../../../scripts/prove/exposure/network.ts'
import { Proof } from '../../../scripts/prove/exposure/prove-exposure.ts'

const missing = missingForNamespaces()
if (missing !== null) console.log(`kernel proof skipped: ${missing}`)
const RULESETS = 40

describe.skipIf(missing !== null)('against the kernel of this machine', () => {
  it(`contradicts no verdict in ${RULESETS} rulesets`, { timeout: 600_000 }, async () => {
    const proof = await Proof.create()
    const contradictions: string[] = []
    let tried = 0
    try {
      for (let at = 0; tried < RULESETS && at < 3 * RULESETS; at += 1) {
        const round = await proof.try(`fixed-${at}`)
        if (round === null) continue
        tried += 1
        contradictions.push(...round.contradictions)
      }
    } finally {
      await proof.close()
    }

    expect(contradictions).toEqual([])
    expect(tried).toBe(RULESETS)
  })
})
