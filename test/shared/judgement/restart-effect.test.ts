import { describe, expect, it } from 'vitest'
import { remedyCommand } from '../../../shared/judgement/remedy-text.ts'
import { effectsOf, type Fixed, type OldCode } from '../../../shared/judgement/restart-effect.ts'

const old = (change: Partial<OldCode> = {}): OldCode => ({
  unit: 'nginx.service',
  container: null,
  command: 'nginx',
  packages: ['libssl3'],
  files: ['/usr/lib/libssl.so.3'],
  ports: [{ protocol: 'tcp', port: 443, verdict: 'exposed' }],
  remedy: 'restart',
  isLocal: false,
  ...change,
})

describe('what a restart would make effective', () => {
  it('begins with the server, then those that strangers reach, then by name', () => {
    const found = [
      old({ unit: 'cron.service', command: 'cron', ports: [] }),
      old(),
      old({ unit: 'avahi.service', command: 'avahi', ports: [{ protocol: 'udp', port: 5353, verdict: 'filtered' }] }),
    ]
    const effects = effectsOf({
      state: 'restart-required',
      packages: ['linux-image-6.1.0-41'],
      old: found,
      fixes: null,
    })
    expect(effects.map(({ name }) => name)).toEqual(['the server', 'nginx.service', 'avahi.service', 'cron.service'])
    expect(effects[0]).toMatchObject({ old: ['linux-image-6.1.0-41'], command: 'sudo reboot' })
  })

  it('puts the processes of a unit together, each name and port once', () => {
    const worker = old({ processes: 4, packages: ['libpcre2-8-0', 'libssl3'] })
    const inside = old({ ports: [{ protocol: 'tcp', port: 443, verdict: 'filtered' }] })
    expect(effectsOf({ state: 'ok', packages: [], old: [inside, worker], fixes: null })).toEqual([
      {
        name: 'nginx.service',
        programs: ['nginx'],
        processes: 5,
        old: ['libpcre2-8-0', 'libssl3'],
        fixes: null,
        ports: [{ protocol: 'tcp', port: 443, verdict: 'exposed' }],
        remedy: 'restart nginx',
        command: 'sudo systemctl restart nginx',
      },
    ])
  })

  it('names files where no package lists them, and says that names could not be read', () => {
    const local = old({ unit: null, command: 'app', isLocal: true, packages: [], files: ['/opt/app/lib.so'] })
    expect(effectsOf({ state: 'deferrable', packages: null, old: [local], fixes: null })).toMatchObject([
      { name: 'the server', old: null },
      { name: 'app', old: ['/opt/app/lib.so'], command: null },
    ])
  })

  it('says what it would fix, and never 0 for what could not be read', () => {
    const cves = ['CVE-2026-1', 'CVE-2026-2']
    const of = (...fixes: Fixed[]) => effectsOf({ state: 'ok', packages: [], old: [old()], fixes })[0]?.fixes
    const libssl = { package: 'libssl3:amd64', cves, cvesMore: 0, complete: true }
    expect(of(libssl, { ...libssl, package: 'openssl:amd64' })).toBe('2 CVEs')
    expect(of({ ...libssl, cvesMore: 40 })).toBe('42 CVEs')
    expect(of({ ...libssl, complete: false })).toBe('2 CVEs or more')
    expect(of({ ...libssl, cves: [], complete: false })).toBe('not known')
    expect(of({ ...libssl, package: 'curl:amd64' })).toBeNull()
  })
})

describe('the command of a remedy', () => {
  it.each([
    ['restart', 'nginx.service', 'sudo systemctl restart nginx'],
    ['restart', 'php8.2-fpm@shop.service', 'sudo systemctl restart php8.2-fpm@shop'],
    ['never-alone', 'postgresql@15-main.service', 'sudo systemctl restart postgresql@15-main'],
    ['reexec', 'init.scope', 'sudo systemctl daemon-reexec'],
    ['restart', 'a;reboot.service', null],
    ['restart', '-x.service', null],
    ['restart', 'run-r12.scope', null],
    ['restart', null, null],
    ['relogin', 'session-1.scope', null],
    ['reboot', 'dbus.service', null],
  ] as const)('%s of %s is %s', (remedy, unit, command) => {
    expect(remedyCommand(remedy, unit)).toBe(command)
  })
})
