import { describe, expect, it } from 'vitest'
import { safeNextPath } from '../../../collector/dashboard/next-path.ts'

describe('the way back after the login', () => {
  it.each(['/', '/servers/s2abc', '/?page=3', '/servers/a%2Fb', '/history?q=state:ok&x=//y'])(
    'leads to our own page %s',
    (path) => {
      const next = safeNextPath(path)

      expect(next).toBe(path)
    },
  )

  it.each([
    '//evil.example',
    '///evil.example',
    '/\\evil.example',
    '\\\\evil.example',
    'https://evil.example/',
    'javascript:alert(1)',
    '/\t/evil.example',
    '/\n/evil.example',
    '/.//evil.example',
    '/x/..//evil.example',
    ' /',
    '',
    'servers',
    '/login',
    '/login?next=/login',
    '/logout',
    `/${'a'.repeat(3_000)}`,
    undefined,
    null,
    ['/a', '/b'],
  ])('leads to the fleet instead of %j', (wanted) => {
    const next = safeNextPath(wanted)

    expect(next).toBe('/')
  })
})
