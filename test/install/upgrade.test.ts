// Another version over the one installed: forwards, back when it does not work, and not backwards unless told.
import { beforeAll, describe, expect, it } from 'vitest'
import { InstallHost } from '../support/install/host.ts'
import { InstallRig, PATIENT, stopAfterAll, whyNot } from '../support/install/rig.ts'

let rig: InstallRig
beforeAll(async () => {
  rig = await InstallRig.start()
})
stopAfterAll(() => rig)

/** A host with 0.1.0 that reports. */
async function installedHost(): Promise<InstallHost> {
  rig.offer({ files: { 'usr/lib/systemd/system/overdue-scan-old.timer': '[Install]\nWantedBy=timers.target\n' } })
  const host = new InstallHost()
  await host.install(['--url', rig.url, '--join-key-file', rig.giveKey(host), '--name', 'upgraded'])
  return host
}

describe.skipIf(whyNot !== null)('an upgrade', PATIENT, () => {
  it('keeps settings, state and credential, and the version before', async () => {
    const host = await installedHost()
    const kept = ['etc/overdue/agent.toml', 'var/lib/overdue-agent/credential'] as const
    const before = kept.map((path) => host.read(path))
    rig.offer({ version: '0.2.0', files: { 'usr/lib/systemd/system/overdue-scan-new.timer': '[Install]\n' } })

    const ran = await host.install(['--upgrade'])

    expect(ran).toMatchObject({ code: 0, stdout: expect.stringMatching(/^overdue-agent 0\.2\.0 is active/) as string })
    expect(kept.map((path) => host.read(path))).toEqual(before)
    expect(host.read('usr/lib/overdue.previous/VERSION')).toBe('0.1.0\n')
    expect(ran.stderr).toContain('runtime unchanged')
    expect(host.has('usr/lib/systemd/system/overdue-scan-new.timer')).toBe(true)
    expect(host.has('usr/lib/systemd/system/overdue-scan-old.timer')).toBe(false)
    expect(host.read('../systemctl.log')).toContain('disable --now overdue-scan-old.timer')
  })

  it('that does not report is taken back', async () => {
    const host = await installedHost()
    // The new one can be asked for its status, and does not run.
    const runtime = `for word in "$@"; do [ "$word" = run ] && exit 3; done; exec '${process.execPath}' "$@"`
    rig.offer({ version: '0.2.0', runtime, files: { 'usr/lib/systemd/system/overdue-scan-new.timer': '[Install]\n' } })

    const ran = await host.install(['--upgrade'])

    expect(ran).toMatchObject({ code: 6, stdout: '' })
    expect(ran.stderr).toContain('0.2.0 did not report; 0.1.0 runs again')
    expect(host.read('usr/lib/overdue/VERSION')).toBe('0.1.0\n')
    expect(host.has('usr/lib/systemd/system/overdue-scan-new.timer')).toBe(false)
    expect(host.has('usr/lib/systemd/system/overdue-scan-old.timer')).toBe(true)
  })

  it('to an older version is refused unless asked for', async () => {
    const host = await installedHost()
    rig.offer({ version: '0.0.9' })
    const before = host.read('usr/lib/overdue/VERSION')

    const refused = await host.install(['--yes'])
    const taken = await host.install(['--allow-downgrade'])

    expect(refused.code).toBe(1)
    expect(refused.stderr).toContain('0.1.0 is installed, which is newer than 0.0.9')
    expect(before).toBe('0.1.0\n')
    expect(taken.stdout).toMatch(/^overdue-agent 0\.0\.9 is active/)
  })
})
