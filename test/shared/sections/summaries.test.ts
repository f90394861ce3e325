import { describe, expect, it } from 'vitest'
import type { Listener } from '../../../shared/sections/listeners.ts'
import { summarizeListeners } from '../../../shared/sections/summaries.ts'

const listener = (change: Partial<Listener>): Listener => ({
  protocol: 'tcp',
  family: 4,
  address: '0.0.0.0',
  port: 80,
  verdict: 'unknown',
  reason: 'not-scanned',
  ...change,
})

describe('the exposure of a server', () => {
  it.each([
    ['is filtered when nothing listens', [], 'filtered'],
    ['is filtered when nobody can reach what listens', [listener({ verdict: 'filtered' })], 'filtered'],
    ['is unknown when one may be reached', [listener({ verdict: 'filtered' }), listener({})], 'unknown'],
    ['is exposed when one can be', [listener({}), listener({ port: 22, verdict: 'exposed' })], 'exposed'],
  ] as const)('%s', (_, rows, expected) => {
    expect(summarizeListeners([...rows]).exposure).toBe(expected)
  })
})

describe('open ports', () => {
  it('are those that may be reached, each once with its worst verdict, exposed ones first', () => {
    const summary = summarizeListeners([
      listener({ port: 22 }),
      listener({ port: 443 }),
      listener({ port: 443, address: '192.0.2.1', verdict: 'exposed' }),
      listener({ port: 443, family: 6, address: '::' }),
      listener({ port: 5432, address: '127.0.0.1', verdict: 'filtered' }),
      listener({ port: 53, protocol: 'udp' }),
    ])

    expect(summary.openPorts).toEqual([
      { protocol: 'tcp', family: 4, port: 443, verdict: 'exposed' },
      { protocol: 'tcp', family: 4, port: 22, verdict: 'unknown' },
      { protocol: 'udp', family: 4, port: 53, verdict: 'unknown' },
      { protocol: 'tcp', family: 6, port: 443, verdict: 'unknown' },
    ])
    expect(summary).toMatchObject({ count: 6, openPortsCount: 4 })
  })

  it('are kept up to a number and counted beyond it', () => {
    const summary = summarizeListeners(Array.from({ length: 300 }, (_, n) => listener({ port: n + 1 })))

    expect(summary.openPorts).toHaveLength(256)
    expect(summary.openPortsCount).toBe(300)
  })
})
