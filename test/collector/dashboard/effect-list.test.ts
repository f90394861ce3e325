import { describe, expect, it } from 'vitest'
import { componentsList } from '../../../collector/dashboard/components/components-list.ts'
import { effectList, hasEffect } from '../../../collector/dashboard/components/effect-list.ts'
import { whyText } from '../../../collector/dashboard/components/why-text.ts'
import { renderDocument as render, type View } from '../../../collector/dashboard/html.ts'
import type { OutdatedProcessView } from '../../../collector/views/outdated-view.ts'
import type { ServerDocument } from '../../../collector/views/server-view.ts'

const NGINX: OutdatedProcessView = {
  pid: 700,
  unit: 'nginx.service',
  container: null,
  command: 'nginx',
  user: 'root',
  packages: ['libssl3'],
  files: ['/usr/lib/libssl.so.3'],
  ports: [{ protocol: 'tcp', family: 4, port: 443, verdict: 'exposed' }],
  remedy: 'restart',
  isLocal: false,
}
const OK: Pick<ServerDocument, 'state' | 'packages' | 'fixes'> = { state: 'ok', packages: [], fixes: null }
const textOf = (view: View) =>
  render(view)
    .replaceAll(/<[^>]+>/g, ' ')
    .replaceAll(/\s+/g, ' ')

describe('what a restart makes effective, on the page', () => {
  it('is the service with what is enough and the command for it', () => {
    const text = textOf(effectList({ ...OK, outdatedProcesses: [NGINX, { ...NGINX, pid: 701 }] }))
    expect(text).toContain('nginx.service (nginx, 2 processes): libssl3')
    expect(text).toContain('Answers tcp 443, open to anywhere')
    expect(text).toContain('sudo systemctl restart nginx')
  })

  it('is nothing where nothing waits, and says where nobody looked', () => {
    expect(hasEffect({ ...OK, outdatedProcesses: [] })).toBe(false)
    const due = { ...OK, state: 'restart-required' as const, packages: ['libc6'], outdatedProcesses: null }
    expect(hasEffect(due)).toBe(true)
    expect(textOf(effectList(due))).toContain('no scan of them has answered')
  })
})

describe('the cause of a row', () => {
  const service = {
    unit: 'nginx.service',
    packages: ['libssl3'],
    packagesMore: 0,
    remedy: 'restart',
    verdict: 'exposed',
    ports: [{ protocol: 'tcp', port: 443 }],
    since: null,
  } as const
  const outdated = (verdict: 'exposed' | 'unknown') => ({
    processes: 1,
    units: ['nginx.service'],
    unitsMore: 0,
    openServices: [{ ...service, packages: ['libssl3'], ports: [...service.ports], verdict }],
    openServicesMore: 0,
  })

  it('is the service that anyone can reach, alone or beside the packages', () => {
    const told = 'nginx runs the old libssl3: restart nginx'
    expect(whyText({ ...OK, headline: '', outdated: outdated('exposed') })).toBe(told)
    const due = { state: 'restart-required', packages: ['libc6', 'dbus'], headline: '' } as const
    expect(whyText({ ...due, packages: ['libc6', 'dbus'], outdated: outdated('exposed') })).toBe(`libc6 +1; ${told}`)
    expect(whyText({ ...OK, headline: '', outdated: outdated('unknown') })).toBe('Nothing asks for a restart')
  })
})

describe('components on the page', () => {
  it('are told by name, with all versions and what nobody looked at', () => {
    const components = [
      { name: 'ruby', version: '3.2.2', source: 'language-manager', path: '/opt/rubies/ruby-3.2.2' } as const,
      { name: 'ruby', version: null, source: 'unknown', path: '/opt/<b>/ruby' } as const,
    ]
    const html = render(componentsList({ components, componentsMissing: 'no scan has answered' }))
    expect(html).not.toContain('<b>')
    expect(html.match(/<dt>/g)).toHaveLength(1)
    expect(html).toContain('There may be more: no scan has answered.')
    expect(render(componentsList({ components: null, componentsMissing: null }))).toContain('Nobody looked')
  })
})
