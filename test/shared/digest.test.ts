import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { digestOf, rootDigest, sectionDigest } from '../../shared/digest.ts'

describe('a digest', () => {
  it('is the first 16 bytes of SHA-256 over canonical JSON, in base64url', () => {
    const whole = createHash('sha256').update('{"a":1,"b":2}').digest('base64url')

    expect(digestOf({ b: 2, a: 1 })).toBe(digestOf({ a: 1, b: 2 }))
    expect(digestOf({ b: 2, a: 1 }).slice(0, 21)).toBe(whole.slice(0, 21))
    expect(digestOf({ b: 2, a: 1 })).toMatch(/^[0-9A-Za-z_-]{22}$/)
  })

  it('of a section covers outcome, reason and value, and nothing else', () => {
    const section = { outcome: 'observed', reason: null, value: { present: true } }

    expect(sectionDigest({ ...section, readAt: 1 } as typeof section)).toBe(sectionDigest(section))
    expect(sectionDigest({ ...section, outcome: 'failed' })).not.toBe(sectionDigest(section))
    expect(sectionDigest({ ...section, value: { present: false } })).not.toBe(sectionDigest(section))
    expect(sectionDigest({ outcome: 'absent', reason: 'no /boot', value: null })).not.toBe(
      sectionDigest({ outcome: 'absent', reason: 'a container', value: null }),
    )
  })

  it('of a section without a value equals that of a null value, as it arrives after JSON', () => {
    const withoutValue = { outcome: 'failed', reason: 'EIO', value: undefined }

    expect(sectionDigest(withoutValue)).toBe(sectionDigest({ ...withoutValue, value: null }))
  })

  it('of all sections depends on each name and each digest, not on their order', () => {
    expect(rootDigest({ boot: 'x', host: 'y' })).toBe(rootDigest({ host: 'y', boot: 'x' }))
    expect(rootDigest({ boot: 'x', host: 'y' })).not.toBe(rootDigest({ boot: 'y', host: 'x' }))
    expect(rootDigest({ boot: 'x' })).not.toBe(rootDigest({ boot: 'x', host: 'y' }))
  })
})
