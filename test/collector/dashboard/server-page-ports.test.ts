// What the page of a server says of its ports, and of the rules they were judged by.
import { describe, expect, it } from 'vitest'
import { renderDocument } from '../../../collector/dashboard/html.ts'
import { serverPage } from '../../../collector/dashboard/server-page.ts'
import { stateStrip } from '../../../collector/views/charts/state-strip-view.ts'
import { toServerDocument } from '../../../collector/views/server-view.ts'
import { LISTENER_REASON_WORDS } from '../../../collector/dashboard/words.ts'
import type { Observation, ObservedSections } from '../../../shared/judgement/subject.ts'
import type { ExposureSection } from '../../../shared/sections/exposure.ts'
import type { Listener } from '../../../shared/sections/listeners.ts'
import { summarizeListeners } from '../../../shared/sections/summaries.ts'
import { FLEET_NOW, serverRecord } from '../../support/believable-fleet.ts'
import { SHELL } from '../../support/page-markup.ts'
import { event, render } from './rendered-server.ts'

const LISTENER: Listener = {
  protocol: 'tcp',
  family: 4,
  address: '0.0.0.0',
  port: 443,
  verdict: 'unknown',
  reason: 'not-scanned',
}

function renderRules(exposure: Observation<ExposureSection>): string {
  const record = serverRecord({ name: 'web-01' })
  const server = toServerDocument({ ...record, sections: { ...record.sections, exposure } }, null, FLEET_NOW)
  return renderDocument(
    serverPage(SHELL, { server, history: [], strip: stateStrip(record, [], FLEET_NOW), formToken: null, draft: null }),
  )
}

/** `look`: what became of reading them, where that is not what `rows` say. */
function renderPorts(rows: Listener[], look?: object): string {
  const record = serverRecord({ name: 'web-01' })
  const read = {
    outcome: 'observed',
    reason: null,
    readAt: FLEET_NOW,
    value: summarizeListeners(rows),
    failedSince: null,
  }
  const sections = { ...record.sections, listeners: look ?? read } as ObservedSections
  const server = toServerDocument({ ...record, sections }, record.lastContactAt, FLEET_NOW, rows)
  return renderDocument(
    serverPage(SHELL, { server, history: [], strip: stateStrip(record, [], FLEET_NOW), formToken: null, draft: null }),
  )
}

describe('the ports on the page of a server', () => {
  it('tells whose rules the ports were judged from, or that they could not be read', () => {
    const read = { outcome: 'observed', reason: null, readAt: FLEET_NOW - 60_000, failedSince: null } as const
    const failure = { outcome: 'failed', reason: 'EPERM: <nft>', readAt: FLEET_NOW, failedSince: FLEET_NOW } as const

    expect(renderRules({ ...read, value: { tools: ['iptables', 'nft'] } })).toMatch(
      /Judged from the rules of iptables, nft, read\s+<time[^>]*>1 min ago/,
    )
    expect(renderRules({ ...read, value: { tools: [] } })).toContain('Judged from no firewall rules there')
    expect(renderRules({ ...failure, value: null })).toMatch(/The firewall could not be read: EPERM: &lt;nft/)
    expect(render({})).not.toContain('Judged from')
  })

  it('lists the ports that listen, the worst first, with the verdict and its reason', () => {
    const page = renderPorts([
      { ...LISTENER, address: '127.0.0.1', port: 5432, verdict: 'filtered', reason: 'loopback-bind' },
      { ...LISTENER, address: '0.0.0.0', port: 443 },
    ])
    const rows = page.match(/<tr[^>]*>\s*<th[^>]*>(tcp|udp) .*?<\/tr>/gs) ?? []

    expect(rows).toHaveLength(2)
    expect(rows[0]).toContain('tcp 443')
    expect(rows[0]).toContain('Unknown')
    expect(rows[0]).toContain('0.0.0.0')
    expect(rows[1]).toContain('tcp 5432')
    expect(rows[1]).toContain('only this server itself')
  })

  it('quotes the rule that decided, with the share it lets through, the unit and the container', () => {
    const rule = '-s 198.51.100.0/24 -j <b>DROP</b>'
    const page = renderPorts([
      { ...LISTENER, verdict: 'exposed', reason: 'accept-rule', unit: 'nginx.service', rule, share: 0.9953 },
      { ...LISTENER, port: 8080, verdict: 'exposed', reason: 'dnat-forward', via: 'dnat', container: 'shop', share: 1 },
    ])

    expect(page).toContain('a rule lets everybody in')
    expect(page).toContain('<code class="port-rule">-s 198.51.100.0/24 -j &lt;b>DROP&lt;/b></code>')
    expect(page).toContain('99.5 % of the internet gets through.')
    expect(page).toContain('<span class="port-unit">nginx.service</span>')
    expect(page).toContain('<span class="port-unit">container shop</span>')
    expect(page).toContain('(through address translation)')
    expect(page).not.toContain('100.0 %')
  })

  it('shows what was declared, and that it counts no more', () => {
    const declared = {
      by: 'ports',
      judged: 'exposed',
      why: 'behind NET-12',
      expires: '2026-12-31',
      isExpired: false,
    } as const
    const page = renderPorts([
      { ...LISTENER, port: 1, verdict: 'filtered', reason: 'declared', declared },
      { ...LISTENER, port: 2, verdict: 'exposed', reason: 'accept-rule', declared: { ...declared, isExpired: true } },
    ])

    expect(page).toContain('Declared (ports), until 2026-12-31: behind NET-12. By itself this server says exposed.')
    expect(page).toContain('until 2026-12-31, which counts no more: behind NET-12')
  })

  it.each(Object.keys(LISTENER_REASON_WORDS))('has words for the reason %s', (reason) => {
    expect(renderPorts([{ ...LISTENER, reason }])).toContain(LISTENER_REASON_WORDS[reason])
  })

  it('tells of a port that opened with the rule that let it', () => {
    const data = {
      protocol: 'tcp',
      family: 4,
      port: 443,
      unit: 'nginx.service',
      reason: 'accept-rule',
      rule: 'dport 443 accept',
    }
    const page = render({}, [event({ type: 'exposed', data })])

    expect(page).toMatch(/tcp 443 \(nginx\.service\): a rule lets everybody in\s*<code>dport 443 accept<\/code>/)
  })

  it('shows a bounded number of ports and says how many more there are', () => {
    const page = renderPorts(Array.from({ length: 120 }, (_, index) => ({ ...LISTENER, port: index + 1 })))

    expect(page.match(/>tcp \d+<\/th>/g)).toHaveLength(100)
    expect(page).toContain('20 more')
  })

  it('has a sentence of its own where ports were not read, or none listens', () => {
    const failed = {
      outcome: 'failed',
      reason: 'EACCES: /proc/net/tcp',
      readAt: FLEET_NOW,
      value: null,
      failedSince: 0,
    }

    expect(render({})).toContain('has not told yet which ports are listening')
    expect(renderPorts([])).toContain('No port is listening.')
    expect(renderPorts([], failed)).toContain('The listening ports could not be read: EACCES: /proc/net/tcp.')
    const kept = { ...failed, value: summarizeListeners([LISTENER]) }
    expect(renderPorts([LISTENER], kept)).toMatch(/could not be read: .* This is what was seen before.*tcp 443/s)
  })
})
