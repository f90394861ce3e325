import { describe, expect, it } from 'vitest'
import { NOTHING_DECLARED, withDeclarations, type Declarations } from '../../../agent/probes/declarations.ts'
import type { Listener } from '../../../shared/sections/listeners.ts'

const NOW = Date.parse('2026-11-22T12:00:00Z')
const ROW: Listener = {
  protocol: 'tcp',
  family: 4,
  address: '0.0.0.0',
  port: 443,
  verdict: 'unknown',
  reason: 'maybe-nat-mapped',
  rule: 'tcp dport 443 accept',
}
const declared = (row: Partial<Listener>, declarations: Partial<Declarations>, now = NOW) =>
  withDeclarations({ ...ROW, ...row }, { ...NOTHING_DECLARED, ...declarations }, now)

describe('a port that the rules let in on a host with private addresses', () => {
  it('stays unknown where nothing is declared', () => {
    expect(declared({}, {})).toEqual(ROW)
  })

  it.each([
    ['a public address', { publicAddresses: ['203.0.113.7'] }, 'exposed', 'declared-public-address'],
    ['translation to it', { behindNat: true }, 'exposed', 'declared-nat'],
    ['that nobody translates', { behindNat: false }, 'filtered', 'declared-no-nat'],
    ['nothing, while the cloud names one', { cloudAddresses: ['203.0.113.9'] }, 'exposed', 'cloud-public-address'],
  ] as const)('is judged by who declared %s, and says so', (_, declarations, verdict, reason) => {
    expect(declared({}, declarations)).toMatchObject({
      verdict,
      reason,
      rule: 'tcp dport 443 accept',
      declared: { judged: 'unknown', isExpired: false },
    })
  })

  it('is not judged by an address of the other family', () => {
    expect(declared({ family: 6, address: '::' }, { publicAddresses: ['203.0.113.7'] })).toMatchObject({
      verdict: 'unknown',
    })
  })
})

describe('a declaration of the network', () => {
  it.each([
    ['filtered', 'policy-drop'],
    ['unknown', 'opaque-rule'],
    ['unknown', 'not-scanned'],
  ] as const)('changes nothing for a port that is %s by %s', (verdict, reason) => {
    const row = { verdict, reason }

    expect(declared(row, { publicAddresses: ['203.0.113.7'], behindNat: true })).toEqual({ ...ROW, ...row })
  })
})

describe('a declared port', () => {
  const PORT = { verdict: 'filtered', reason: 'behind the balancer', expires: '2026-11-22' } as const
  const open = { verdict: 'exposed', reason: 'accept-rule' } as const

  it('goes before what the host found out, with reason and end', () => {
    expect(declared(open, { ports: { 'tcp/443': PORT } })).toMatchObject({
      verdict: 'filtered',
      reason: 'declared',
      declared: { by: 'ports', judged: 'exposed', why: PORT.reason, expires: '2026-11-22', isExpired: false },
    })
  })

  it('holds to the end of its last day, and then is said to count no more', () => {
    const ports = { 'tcp/443': PORT }

    expect(declared(open, { ports }, Date.parse('2026-11-22T23:59:59Z')).verdict).toBe('filtered')
    expect(declared(open, { ports }, Date.parse('2026-11-23T00:00:00Z'))).toMatchObject({
      verdict: 'exposed',
      reason: 'accept-rule',
      declared: { isExpired: true },
    })
  })

  it('is of its own protocol and number alone', () => {
    expect(declared({ ...open, protocol: 'udp' }, { ports: { 'tcp/443': PORT } }).verdict).toBe('exposed')
    expect(declared({ ...open, port: 80 }, { ports: { 'tcp/443': PORT } }).verdict).toBe('exposed')
  })

  it('that says what the host says adds nothing', () => {
    expect(declared(open, { ports: { 'tcp/443': { ...PORT, verdict: 'exposed' } } })).not.toHaveProperty('declared')
  })
})
