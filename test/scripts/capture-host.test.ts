import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { scanFamilies } from '../../agent/commands/scan-inventory-families.ts'
import type { SnapshotDocument } from '../../agent/commands/snapshot-document.ts'
import { takeSnapshot } from '../../agent/take-snapshot.ts'
import { createRecordedHost } from '../../agent/host/recorded-host.ts'
import { commandFiles } from '../../scripts/capture/command-files.ts'
import { createRecorder } from '../../scripts/capture/recorder.ts'
import { redactAddresses, redactText } from '../../scripts/capture/redact.ts'
import { writeRecording } from '../../scripts/capture/write-recording.ts'
import { recordedHosts, snapshotOf } from '../support/golden.ts'
import { contextOf, makeRecording, temporaryDirectory } from '../support/recorded-host.ts'

describe.each(recordedHosts())('a capture of $name', ({ directory }) => {
  it('says of the restart what the host said, though it holds only what was looked at', async () => {
    const context = contextOf(directory)
    const { host, notes } = createRecorder(context.host)
    await takeSnapshot({ ...context, host })
    await scanFamilies(host)
    const captured = join(temporaryDirectory(), 'captured')
    const times = { now: host.now(), bootedAt: host.now() - host.uptimeMs() }
    await writeRecording(captured, { notes, hostName: '', about: '', ...times })

    const before = JSON.parse(await snapshotOf(directory)) as SnapshotDocument
    const after = JSON.parse(await snapshotOf(captured)) as SnapshotDocument

    expect(after.sections.kernel).toEqual(before.sections.kernel)
    expect(after.sections.sentinel).toEqual(before.sections.sentinel)
    // Other people's processes are nobody's to write down.
    const signals = before.judgement.signals.filter(({ name }) => name !== 'outdated-processes')
    expect(after.judgement).toEqual({ ...before.judgement, signals })
  })
})

describe('redaction', () => {
  const redaction = { hostName: 'vm', packages: ['libc6'] }

  it('takes out ids and the name, as a whole word only', () => {
    expect(redactText('/etc/machine-id', '51df0b4bc3b04c9780e299b98ca373b8\n', redaction)).toBe(
      '0123456789abcdef0123456789abcdef\n',
    )
    expect(redactText('/proc/sys/kernel/hostname', 'vm\n', redaction)).toBe('recorded-host\n')
    expect(redactText('/proc/sys/kernel/osrelease', '6.1.0-vmx vm-2\n', redaction)).toBe('6.1.0-vmx vm-2\n')
  })

  it('keeps of long files what probes look for', () => {
    const status =
      'Package: bash\nStatus: install ok installed\n\nPackage: linux-image-6.1\nStatus: install ok installed\nMaintainer: X\nVersion: 1\n'
    const log = '2026-11-01 06:00:00 install bash:amd64 <none> 1\n2026-11-02 06:00:00 install libc6:amd64 <none> 1\n'

    expect(redactText('/var/lib/dpkg/status', status, redaction)).toBe(
      'Package: linux-image-6.1\nStatus: install ok installed\nVersion: 1\n\n',
    )
    expect(redactText('/var/log/dpkg.log.1', log, redaction)).toBe(
      '2026-11-01 06:00:00 startup archives install\n2026-11-02 06:00:00 install libc6:amd64 <none> 1\n',
    )
  })

  it('keeps of apt’s history when something happened, not who did it or how', () => {
    const history = [
      'Start-Date: 2026-11-22  06:00:00',
      'Commandline: apt-get install libc6 --reason secret',
      'Requested-By: anna (1000)',
      'Upgrade: libc6:amd64 (1, 2), vim:amd64 (1, 2)',
      'Install: zsh:amd64 (5.9, automatic)',
      'End-Date: 2026-11-22  06:00:01',
    ]

    expect(redactText('/var/log/apt/history.log.1.gz', history.join('\n'), redaction).split('\n')).toEqual([
      'Start-Date: 2026-11-22  06:00:00',
      'Commandline: apt-get',
      'Requested-By: somebody (1000)',
      'Upgrade: libc6:amd64 (1, 2)',
      'End-Date: 2026-11-22  06:00:01',
    ])
  })

  it('keeps of what commands printed what their readers look for', async () => {
    const host = createRecordedHost({
      directory: makeRecording({
        'commands/rpm-installtime.txt': 'bash 7\nglibc 9\nopenssl-libs 8\n',
        'commands/livepatch-status.json': '{"Machine-Id":"51df","Status":[{"Running":true,"Kernel":"6.8 vm"}]}',
        'commands/livepatch-kernel-upgrade-required.failed': '1\nsecret\n',
      }),
      clock: 'recorded',
    })
    const recorder = createRecorder(host)
    for (const command of ['rpm', 'livepatch-status', 'livepatch-kernel-upgrade-required', 'bootc'] as const) {
      await recorder.host.run(command).catch(() => null)
    }
    recorder.notes.texts.set('/etc/dnf/plugins/needs-restarting.d/a.conf', 'openssl-libs\n')

    expect(Object.fromEntries(commandFiles(recorder.notes, 'vm'))).toEqual({
      'rpm-installtime.txt': 'glibc 9\nopenssl-libs 8\n',
      'livepatch-status.json':
        '{\n  "Status": [\n    {\n      "Running": true,\n      "Kernel": "6.8 recorded-host"\n    }\n  ]\n}\n',
      'livepatch-kernel-upgrade-required.failed': '1\n',
    })
  })

  it('leaves no address but local ones and those of the documentation', () => {
    const address = { interface: 'eth0', family: 4, address: '203.0.113.7', prefixLength: 24, scope: 'global' } as const
    const local = { ...address, address: '127.0.0.1', scope: 'host' } as const

    expect(redactAddresses([local, address, { ...address, family: 6, address: '2a00::7' }])).toEqual([
      local,
      { ...address, address: '192.0.2.1' },
      { ...address, family: 6, address: '2001:db8::2' },
    ])
  })
})

describe('scripts/capture-host.ts', () => {
  it('records this machine and never writes into a folder that exists', () => {
    const directory = join(temporaryDirectory(), 'this-machine')
    const capture = () =>
      execFileSync(process.execPath, ['scripts/capture-host.ts', directory, '--about', 'Made by a test.'], {
        stdio: 'pipe',
      })

    capture()

    expect(readFileSync(join(directory, 'ABOUT.md'), 'utf8')).toContain('Made by a test.')
    expect(readFileSync(join(directory, 'proc/sys/kernel/hostname'), 'utf8')).toBe('recorded-host\n')
    expect(capture).toThrow('exists already')
  })
})
