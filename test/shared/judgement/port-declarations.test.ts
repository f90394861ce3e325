import { describe, expect, it } from 'vitest'
import {
  declarationKey,
  declaredRow,
  declaredSummary,
  foundIn,
  type PortDeclaration,
} from '../../../shared/judgement/port-declarations.ts'
import type { Listener } from '../../../shared/sections/listeners.ts'
import { summarizeListeners } from '../../../shared/sections/summaries.ts'

const row = (port: number, verdict: Listener['verdict'], change: Partial<Listener> = {}): Listener => ({
  protocol: 'tcp',
  family: 4,
  address: '0.0.0.0',
  port,
  verdict,
  reason: verdict === 'unknown' ? 'not-scanned' : 'test',
  ...change,
})

function declared(change: Partial<PortDeclaration>, rows: readonly Listener[] = []): PortDeclaration {
  const wish = { protocol: 'tcp', port: 443, family: null, verdict: 'filtered', reason: 'a balancer' } as const
  return foundIn({ ...wish, by: 'Anna', at: 0, until: 86_400_000, found: [], ...change }, [...rows])
}

describe('the ports of a server with what was declared', () => {
  it('are exactly what a list with those verdicts would come to', () => {
    const rows = [row(22, 'filtered'), row(443, 'exposed'), row(443, 'exposed', { family: 6, address: '::' })]
    const said = [declared({}, rows), declared({ port: 22, verdict: 'exposed' }, rows)]

    const summary = declaredSummary(summarizeListeners(rows), said)

    const { isDeclaredExposed, ...rest } = summary
    expect(rest).toEqual(
      summarizeListeners(
        rows.map(({ port, ...one }) => ({ ...one, port, verdict: port === 22 ? 'exposed' : 'filtered' })),
      ),
    )
    expect(isDeclaredExposed).toBe(true)
  })

  it("stay a container's where one answers, whatever was declared", () => {
    const rows = [row(8080, 'filtered', { container: 'shop', unit: 'docker.service' })]
    const said = [declared({ port: 8080, verdict: 'exposed' }, rows)]

    expect(declaredSummary(summarizeListeners(rows), said).openPorts).toMatchObject([{ port: 8080, isContainer: true }])
  })

  it('are the very same where nothing declared changes them', () => {
    const summary = summarizeListeners([row(443, 'filtered')])

    expect(
      declaredSummary(summary, [declared({}, [row(443, 'filtered')]), declared({ port: 80, verdict: 'exposed' })]),
    ).toBe(summary)
  })

  it('keep what is still not known, and forget it with the last such port', () => {
    const rows = [row(443, 'unknown'), row(80, 'unknown')]

    expect(declaredSummary(summarizeListeners(rows), [declared({}, rows)])).toMatchObject({
      exposure: 'unknown',
      missing: 'not-scanned',
      openPortsCount: 1,
    })
    const both = [declared({}, rows), declared({ port: 80 }, rows)]
    expect(declaredSummary(summarizeListeners(rows), both)).toMatchObject({ exposure: 'filtered', openPorts: [] })
  })

  it('are no better than those that were too many to be kept', () => {
    const rows = Array.from({ length: 300 }, (_, at) => row(at + 1, 'exposed'))
    const said = rows.slice(0, 50).map(({ port }) => declared({ port }, rows))

    expect(declaredSummary(summarizeListeners(rows), said)).toMatchObject({ exposure: 'exposed', openPortsCount: 250 })
  })

  it('follow what is said of one family before what is said of both', () => {
    const rows = [row(443, 'exposed'), row(443, 'exposed', { family: 6, address: '::' })]
    const said = [declared({ family: 6, verdict: 'exposed' }, rows), declared({}, rows)]

    expect(declaredSummary(summarizeListeners(rows), said).openPorts).toMatchObject([{ family: 6 }])
    expect(rows.map((one) => declaredRow(one, said).verdict)).toEqual(['filtered', 'exposed'])
  })
})

describe('a declaration', () => {
  it('has a name that says its port', () => {
    expect(declarationKey({ protocol: 'tcp', family: null, port: 443 })).toBe('tcp-443')
    expect(declarationKey({ protocol: 'udp', family: 6, port: 53 })).toBe('udp6-53')
  })

  it('speaks for its own protocol and port alone', () => {
    const said = [declared({})]

    expect(declaredRow(row(443, 'exposed', { protocol: 'udp' }), said).verdict).toBe('exposed')
    expect(declaredRow(row(80, 'exposed'), said).verdict).toBe('exposed')
    expect(declaredRow(row(443, 'filtered'), said)).not.toHaveProperty('declared')
  })
})
