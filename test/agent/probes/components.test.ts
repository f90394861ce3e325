import { Check } from 'typebox/value'
import { describe, expect, it } from 'vitest'
import { scanFamilies } from '../../../agent/commands/scan-inventory-families.ts'
import { componentsProbe, ComponentsWatch } from '../../../agent/probes/components.ts'
import { packagesProbe } from '../../../agent/probes/packages.ts'
import { componentsSection } from '../../../shared/sections/components.ts'
import { unitOf, scanMade } from '../../support/process-table.ts'
import { contextOf, makeRecording } from '../../support/recorded-host.ts'

const STATUS = `Package: nginx
Status: install ok installed
Architecture: amd64
Version: 1.22.1-9

Package: ruby3.1
Status: deinstall ok config-files
Architecture: amd64
Version: 3.1.2-7

`
const RBENV = '/home/deploy/.rbenv/versions/3.2.2/bin/ruby'
const FILES = {
  'var/lib/dpkg/status': STATUS,
  'opt/rubies/ruby-3.3.0/bin/ruby': '',
  'usr/local/bin/node': { link: '/opt/node-v20.11.0-linux-x64/bin/node' },
  'opt/node-v20.11.0-linux-x64/bin/node': '',
}

/** How often dpkg's list was read. */
function counting() {
  const { host, ...rest } = contextOf(makeRecording(FILES))
  let count = 0
  const readLines: typeof host.readLines = (path, options) => {
    if (path === '/var/lib/dpkg/status') count += 1
    return host.readLines(path, options)
  }
  const context = { ...rest, host: { ...host, readLines }, components: new ComponentsWatch() }
  return { context, reads: () => count }
}

describe('what runs from folders where no package puts it', () => {
  const container = `0::/system.slice/docker-${'a'.repeat(64)}.scope\n`

  it('is named by the scan of the processes, once, and not for containers', async () => {
    const { programs } = await scanMade({
      10: { exe: RBENV },
      11: { exe: `${RBENV} (deleted)` },
      12: { exe: '/usr/bin/ruby3.1' },
      13: { exe: '/usr/local/bin/node', cgroup: container },
      14: { exe: '/opt/x/redis-server', root: 'other' },
      15: { exe: '/opt/y/redis-server', cgroup: unitOf('redis.service') },
    })
    expect(programs).toEqual([RBENV, '/opt/y/redis-server'])
  })

  it('is bounded, whoever starts whatever', async () => {
    const many = Array.from({ length: 100 }, (_, at) => [at + 100, { exe: `/home/m/${at}/ruby`, uid: 1_000 }] as const)
    const { programs } = await scanMade({ ...Object.fromEntries(many), 900: { exe: RBENV, uid: 0 } })
    expect(programs).toHaveLength(64)
    expect(programs).toContain(RBENV)
  })
})

describe('section components', () => {
  it('joins packages, folders and what runs, each where it was found', async () => {
    const processFacts = await scanMade({ 10: { exe: RBENV } })
    const section = await componentsProbe.read({ ...contextOf(makeRecording(FILES)), processFacts })

    expect(section.value?.components).toEqual([
      { name: 'nginx', version: '1.22.1-9', source: 'package', path: null },
      { name: 'node', version: '20.11.0', source: 'unknown', path: '/opt/node-v20.11.0-linux-x64' },
      { name: 'ruby', version: '3.2.2', source: 'language-manager', path: '/home/deploy/.rbenv/versions/3.2.2' },
      { name: 'ruby', version: '3.3.0', source: 'language-manager', path: '/opt/rubies/ruby-3.3.0' },
    ])
    expect(section.value?.missing).toBeNull()
    expect(Check(componentsSection, section.value)).toBe(true)
  })

  it('says what nobody looked at', async () => {
    const { value } = await componentsProbe.read(contextOf(makeRecording({ 'var/lib/rpm/rpmdb.sqlite': '' })))
    expect(value?.missing).toBe(
      'rpm manages the packages: not read yet; what runs elsewhere is not known: no process was recorded',
    )
  })

  it('takes versions from what rpm said, where it did, and calls them as everywhere', async () => {
    const printed = 'nginx 1 1.20.1-14.el9\nredis 2 6.2.7-1.el9\nruby 3 3.0.7-162.el9\nruby-libs 3 3.0.7-162.el9\n'
    const files = { 'var/lib/rpm/rpmdb.sqlite': '', 'commands/rpm-installtime.txt': printed }
    const context = contextOf(makeRecording(files))
    const familyFacts = await scanFamilies(context.host)
    const { value } = await componentsProbe.read({ ...context, familyFacts })

    expect(value?.components.map(({ name, version }) => `${name} ${version}`)).toEqual([
      'nginx 1.20.1-14.el9',
      'redis 6.2.7-1.el9',
      'ruby 3.0.7-162.el9',
    ])
    expect(value?.missing).toBe('what runs elsewhere is not known: no process was recorded')
  })

  it('tells of what agent.toml names alone', async () => {
    const context = { ...contextOf(makeRecording(FILES)), componentNames: ['node'] }
    expect((await componentsProbe.read(context)).value?.components.map(({ name }) => name)).toEqual(['node'])
  })

  it('reads the list of packages once for each of its states', async () => {
    const watch = new ComponentsWatch()
    const { host, dpkg } = contextOf(makeRecording(FILES))
    const wanted = [{ name: 'nginx', packages: /^nginx$/, programs: [] }]
    const first = await watch.ofPackages(host, dpkg, wanted)
    expect(await watch.ofPackages(host, dpkg, wanted)).toBe(first)
  })

  it('reads it together with section packages, or not at all', async () => {
    const { context, reads } = counting()
    await Promise.all([packagesProbe.read(context), componentsProbe.read(context)])
    expect(reads()).toBe(1)

    const later = counting()
    await packagesProbe.read(later.context)
    expect((await componentsProbe.read(later.context)).value?.components).not.toEqual([])
    expect(later.reads()).toBe(1)
  })
})
