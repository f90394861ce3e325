// What the document of a server, and its part in lists, say of ports.
import type { Listener } from '../../../shared/sections/listeners.ts'
import { summarizeListeners } from '../../../shared/sections/summaries.ts'
import { describe, expect, it } from 'vitest'
import { toServerDocument, toServerItem } from '../../../collector/views/server-view.ts'
import { NOW, observed } from '../../shared/judgement/subjects.ts'
import { recordOf } from '../../support/judged-record.ts'

const LISTENER: Listener = {
  protocol: 'tcp',
  family: 4,
  address: '0.0.0.0',
  port: 443,
  verdict: 'unknown',
  reason: 'not-scanned',
}

const NOTHING_FOUND = {
  unit: null,
  process: null,
  container: null,
  via: null,
  rule: null,
  share: null,
  declared: null,
}

describe('what waits for connections', () => {
  const rows = [LISTENER, { ...LISTENER, port: 5432, verdict: 'filtered', reason: 'loopback-bind' } as const]
  const record = recordOf(1, { listeners: observed(summarizeListeners(rows)), packages: observed({ count: 825 }) })

  it('is every row in the document, and the ports that may be reached in both', () => {
    const document = toServerDocument(record, NOW, NOW, rows)

    expect(document.listeners).toEqual(rows.map((row) => ({ ...row, ...NOTHING_FOUND })))
    const { port, protocol, family, verdict } = LISTENER
    expect(document.openPorts).toEqual([{ protocol, family, port, unit: null, process: null, verdict }])
    expect(toServerItem(record, NOW, NOW).openPorts).toEqual(document.openPorts)
    expect(document).toMatchObject({ openPortsMore: 0, packagesCount: 825, exposure: 'unknown' })
  })

  it('brings with it what a scan found out, and names the unit of an open port', () => {
    const found = { unit: 'nginx.service', container: 'shop', via: 'dnat', rule: 'accept', share: 0.99 } as const
    const declared = {
      by: 'network.behindNat',
      judged: 'unknown',
      why: 'yes',
      expires: null,
      isExpired: false,
    } as const
    const open = { ...LISTENER, verdict: 'exposed', ...found, declared } as const
    const seen = recordOf(1, { listeners: observed(summarizeListeners([open])) })
    const document = toServerDocument(seen, NOW, NOW, [open])

    expect(document.listeners).toEqual([{ ...open, process: null }])
    expect(document.openPorts).toMatchObject([{ port: 443, unit: 'nginx.service', verdict: 'exposed' }])
  })

  it('is named in a list as far as units with long names leave room', () => {
    const open = (port: number) => ({ ...LISTENER, port, unit: `${'u'.repeat(90)}.service` })
    const long = recordOf(1, { listeners: observed(summarizeListeners([open(1), open(2), open(3)])) })

    expect(toServerItem(long, NOW, NOW)).toMatchObject({ openPorts: [{ port: 1 }, { port: 2 }], openPortsMore: 1 })
  })

  it('is not known where the host could not look, whatever list the store still has', () => {
    const blind = recordOf(1, {
      listeners: { outcome: 'absent', reason: 'there is no /proc/net', readAt: NOW, value: null, failedSince: null },
    })

    expect(toServerDocument(blind, NOW, NOW, rows)).toMatchObject({
      listeners: null,
      openPorts: null,
      openPortsMore: null,
      packagesCount: null,
    })
  })
})
