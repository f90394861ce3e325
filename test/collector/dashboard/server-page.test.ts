import { describe, expect, it } from 'vitest'
import { renderDocument } from '../../../collector/dashboard/html.ts'
import { serverPage } from '../../../collector/dashboard/server-page.ts'
import type { HistoryRecord } from '../../../collector/store/records.ts'
import { stateStrip } from '../../../collector/views/charts/state-strip-view.ts'
import { toHistoryItem } from '../../../collector/views/history-view.ts'
import { toServerDocument } from '../../../collector/views/server-view.ts'
import { CAUSE_WORDS, EVENT_WORDS, LISTENER_REASON_WORDS } from '../../../collector/dashboard/words.ts'
import type { Observation, ObservedSections } from '../../../shared/judgement/subject.ts'
import { EVENT_TYPES } from '../../../shared/judgement/transition.ts'
import type { ExposureSection } from '../../../shared/sections/exposure.ts'
import type { Listener } from '../../../shared/sections/listeners.ts'
import { summarizeListeners } from '../../../shared/sections/summaries.ts'
import { FLEET_NOW, serverRecord, type ServerSeed } from '../../support/believable-fleet.ts'
import { hostileTexts, SHELL } from '../../support/page-markup.ts'

const DAY_MS = 86_400_000

function render(seed: Partial<ServerSeed>, history: HistoryRecord[] = []): string {
  const record = serverRecord({ name: 'web-01', ...seed })
  const server = toServerDocument(record, record.lastContactAt, FLEET_NOW)
  return renderDocument(
    serverPage(SHELL, {
      server,
      history: history.map(toHistoryItem),
      strip: stateStrip(record, [], FLEET_NOW),
      formToken: null,
      draft: null,
    }),
  )
}

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

function event(changes: Partial<HistoryRecord>): HistoryRecord {
  return {
    id: 1,
    at: FLEET_NOW - 60_000,
    serverId: 's',
    serverName: 'web-01',
    application: null,
    type: 'registered',
    cause: null,
    data: {},
    ...changes,
  }
}

describe('the page of a server', () => {
  it('leads with name, verdict, sentence, since and deadline', () => {
    const page = render({ flag: ['libssl3'], pendingMs: 9 * DAY_MS })

    expect(page).toContain('<h1>web-01</h1>')
    expect(page.match(/<h1/g)).toHaveLength(1)
    expect(page).toContain('Restart required for 9 d (libssl3).')
    expect(page).toContain('2026-11-13 10:22:07 UTC')
    expect(page).toContain('>in 21 d</time>')
  })

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

  it('lists what asks for the restart and how to do it, with the warning about the address', () => {
    const page = render({ flag: ['linux-image-6.1.0-41-amd64', 'libssl3'] })

    expect(page).toContain('<li><code>libssl3</code></li>')
    expect(page).toContain('<code>sudo reboot</code>')
    expect(page).toContain('sudo shutdown -r now')
    expect(page).toContain('may change its address')
  })

  it('does not tell how to restart what needs no restart', () => {
    const page = render({})

    expect(page).not.toContain('sudo reboot')
    expect(page).toContain('No restart needed.')
  })

  it('shows every signal with value, source, time and whether it decided', () => {
    const page = render({ flag: ['libssl3'] })

    const row = /<tr[^>]*class="signal-decides".*?<\/tr>/s.exec(page)?.[0]
    expect(row).toContain('reboot-flag')
    expect(row).toContain('*** System restart required *** (libssl3)')
    expect(row).toContain('/run/reboot-required')
    expect(row).toContain('>8 s ago</time>')
    expect(row).toContain('Decides')
    expect(page).toContain('class="signal-informs"')
  })

  it('tells "could not look" from "not there", with the reason', () => {
    const page = render({ flag: 'unreadable' })

    expect(page).toContain('Could not look')
    expect(page).toContain('EACCES: /run/reboot-required')
    expect(page).toContain('>Unknown<')
    expect(page).toContain('Cannot tell')
  })

  it('shows what was last known of a silent server, and that it may have changed', () => {
    const page = render({ heardAgoMs: 3_600_000 })

    expect(page).toContain('Last known: OK, ')
    expect(page).toMatch(/may no longer be\s+true/)
    expect(page).toContain('>Unknown<')
  })

  it.each([
    { lifecycle: 'pending-approval', sentence: 'waits for approval' },
    { lifecycle: 'conflict', sentence: 'Two live copies' },
    { lifecycle: 'removed', sentence: 'was removed' },
  ] as const)('says that a server is $lifecycle', ({ lifecycle, sentence }) => {
    const page = render({ lifecycle })

    expect(page).toContain(sentence)
  })

  it('says who the machine is', () => {
    const page = render({
      addresses: ['198.51.100.23'],
      tags: { rack: 'b2' },
      virtualization: { kind: 'vm', name: 'kvm' },
    })

    for (const fact of ['198.51.100.23', 'rack=b2', 'kvm', '6.1.0-41-amd64', '0.1.0', '5c1d3a52']) {
      expect(page).toContain(fact)
    }
  })

  it.each(EVENT_TYPES)('has words for the event %s', (type) => {
    const page = render({}, [event({ type })])

    expect(page).toContain(EVENT_WORDS[type])
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

  it('names the first packages of a change and how many more there were', () => {
    const change = (name: string) => ({ name, from: '1', to: '2' })
    const data = {
      upgraded: [change('libc6:amd64'), change('libssl3:amd64')],
      downgraded: [],
      installed: [change('nginx:amd64')],
      removed: [change('apache2:amd64')],
      counts: { upgraded: 210, downgraded: 0, installed: 1, removed: 1 },
    }
    const few = { ...data, upgraded: [], installed: [], counts: { ...data.counts, upgraded: 0, installed: 0 } }

    expect(render({}, [event({ type: 'package-changed', data })])).toContain(
      '<p class="detail">libc6:amd64, libssl3:amd64, nginx:amd64 and 209 more</p>',
    )
    expect(render({}, [event({ type: 'package-changed', data: few })])).toContain('<p class="detail">apache2:amd64</p>')
  })

  it('tells why a need was cleared, and what an event names', () => {
    const page = render({}, [
      event({ type: 'restart-cleared', cause: 'flag-removed' }),
      event({ type: 'restart-required', data: { packages: ['libc6', 7] } }),
      event({ type: 'address-changed', data: { before: ['192.0.2.1'], after: ['192.0.2.2'] } }),
    ])

    expect(page).toContain(CAUSE_WORDS['flag-removed'])
    expect(page).toContain('<p class="detail">libc6</p>')
    expect(page).toContain('192.0.2.1 → 192.0.2.2')
  })

  it('links the document for programs', () => {
    const page = render({ id: 'saaaaaaaaaaaaaaaaaaaaaaaaaa' })

    expect(page).toContain('href="/api/v1/servers/saaaaaaaaaaaaaaaaaaaaaaaaaa"')
  })

  it('shows hostile texts as text, in every place a host can write', () => {
    const raw = hostileTexts().filter((text) => {
      const labels = { name: text, application: text, environment: text, os: text, tags: { [text]: text } }
      const virtualization = { kind: 'vm', name: text } as const
      const facts = { flag: [text], addresses: [text], virtualization, kernels: [text] as [string] }
      const history = [event({ data: { packages: [text] } }), event({ data: { before: [text], after: [text] } })]
      return render({ ...labels, ...facts, id: text }, history).includes(text)
    })

    expect(raw).toEqual([])
  })
})
