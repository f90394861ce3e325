import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatSecret, hashSecret, parseSecret, secretMatches } from '../../shared/secret.ts'

const SECRET = '_-'.repeat(21) + 'A'

describe('a secret', () => {
  it.each(['ovds', 'ovdj', 'ovdt'] as const)('of kind %s is split at the first two underscores', (kind) => {
    expect(parseSecret(formatSecret(kind, 's0abc', SECRET))).toEqual({ kind, id: 's0abc', secret: SECRET })
  })

  it.each([
    '',
    'ovds',
    'ovds__' + SECRET,
    `ovdx_id_${SECRET}`,
    `OVDS_id_${SECRET}`,
    `ovds_ID_${SECRET}`,
    `ovds_id_${SECRET.slice(1)}`,
    `ovds_id_${SECRET}A`,
    `ovds_id_${SECRET.slice(1)}=`,
    ` ovds_id_${SECRET}`,
    `ovds_id_${SECRET}\n`,
    `ovds_${'a'.repeat(65)}_${SECRET}`,
  ])('%j is none of ours', (text) => {
    expect(parseSecret(text)).toBeNull()
  })

  it('survives being written and read, whatever its bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), (bytes) => {
        const secret = Buffer.from(bytes).toString('base64url')

        expect(parseSecret(formatSecret('ovds', 'id', secret))?.secret).toBe(secret)
      }),
    )
  })

  it('matches its own hash only', () => {
    expect(secretMatches(SECRET, hashSecret(SECRET))).toBe(true)
    expect(secretMatches(`${SECRET.slice(0, -1)}B`, hashSecret(SECRET))).toBe(false)
    expect(secretMatches(SECRET, '')).toBe(false)
    expect(secretMatches(SECRET, SECRET)).toBe(false)
  })

  it('is stored as SHA-256 of its text', () => {
    expect(hashSecret('abc')).toBe('ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0')
  })
})
