// --with-unattended-upgrades: security origins alone, no restarts, and nothing over what an admin decided.
import { beforeAll, describe, expect, it } from 'vitest'
import { InstallHost } from '../support/install/host.ts'
import { InstallRig, PATIENT, stopAfterAll, whyNot } from '../support/install/rig.ts'

const OURS = 'etc/apt/apt.conf.d/52overdue-security-updates'

let rig: InstallRig
beforeAll(async () => {
  rig = await InstallRig.start()
})
stopAfterAll(() => rig)

const argsFor = (host: InstallHost) => [
  '--url',
  rig.url,
  '--join-key-file',
  rig.giveKey(host),
  '--no-start',
  '--with-unattended-upgrades',
]

describe.skipIf(whyNot !== null)('security updates', PATIENT, () => {
  it('are shown in a dry run', async () => {
    const host = new InstallHost()

    const ran = await host.install([...argsFor(host), '--dry-run'])

    expect(ran.stderr).toContain('+Unattended-Upgrade::Automatic-Reboot "false";')
    expect(host.has(OURS)).toBe(false)
    expect(host.has('../apt-get.log')).toBe(false)
  })

  it('come from security origins alone, without restarts', async () => {
    const host = new InstallHost()

    const ran = await host.install(argsFor(host))

    expect(ran.code).toBe(0)
    const origins = host.read(OURS).match(/^ {2}".*";$/gm)
    expect(origins).toHaveLength(2)
    expect(origins?.every((line) => line.includes('label=Debian-Security'))).toBe(true)
    expect(host.read(OURS)).toContain('Unattended-Upgrade::Automatic-Reboot "false";')
    expect(host.read(OURS)).toContain('#clear Unattended-Upgrade::Origins-Pattern;')
  })

  it('leave origins and restarts to an admin who decided them', async () => {
    const host = new InstallHost()
    host.write('etc/apt/apt.conf.d/99local', 'Unattended-Upgrade::Automatic-Reboot "true";\n')

    await host.install(argsFor(host))

    expect(host.read(OURS)).toContain('APT::Periodic::Unattended-Upgrade "1";')
    expect(host.read(OURS)).not.toContain('Unattended-Upgrade::')
    expect(host.read('etc/apt/apt.conf.d/99local')).toBe('Unattended-Upgrade::Automatic-Reboot "true";\n')
  })

  it('are left alone where they are set up', async () => {
    const host = new InstallHost()
    host.standIn('apt-config', `echo 'APT::Periodic::Unattended-Upgrade "1";'`)
    host.write('etc/apt/apt.conf.d/99local', 'Unattended-Upgrade::Origins-Pattern { "o=Local"; };\n')

    const ran = await host.install(argsFor(host))

    expect(ran.stderr).toContain('set up already, and left as it is')
    expect(host.has(OURS)).toBe(false)
  })
})
