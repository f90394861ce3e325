import { describe, expect, it } from 'vitest'
import { CAUSE_WORDS, EVENT_WORDS } from '../../../collector/dashboard/words.ts'
import { EVENT_TYPES } from '../../../shared/judgement/transition.ts'
import { hostileTexts } from '../../support/page-markup.ts'
import { event, render } from './rendered-server.ts'

const DAY_MS = 86_400_000

describe('the page of a server', () => {
  it('leads with name, verdict, sentence, since and deadline', () => {
    const page = render({ flag: ['libssl3'], pendingMs: 9 * DAY_MS })

    expect(page).toContain('<h1>web-01</h1>')
    expect(page.match(/<h1/g)).toHaveLength(1)
    expect(page).toContain('Restart required for 9 d (libssl3).')
    expect(page).toContain('2026-11-13 10:22:07 UTC')
    expect(page).toContain('>in 21 d</time>')
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

    expect(page).toContain('Last known: OK. ')
    expect(page).toMatch(/may no longer be\s+true: it is from\s+<time/)
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
