// Taking it off again: the collector is told, and what the installer made is gone.
import { beforeAll, describe, expect, it } from 'vitest'
import { InstallHost } from '../support/install/host.ts'
import { InstallRig, PATIENT, stopAfterAll, whyNot } from '../support/install/rig.ts'

let rig: InstallRig
beforeAll(async () => {
  rig = await InstallRig.start()
})
stopAfterAll(() => rig)

async function installedHost(name: string): Promise<InstallHost> {
  const host = new InstallHost()
  await host.install(['--url', rig.url, '--join-key-file', rig.giveKey(host), '--name', name])
  return host
}

/** Files alone: a real host has these folders anyway. */
const filesOf = (host: InstallHost) =>
  Object.fromEntries(Object.entries(host.files()).filter(([, what]) => what !== 'folder'))

describe.skipIf(whyNot !== null)('uninstalling', PATIENT, () => {
  it('tells the collector and leaves nothing', async () => {
    const before = filesOf(new InstallHost())
    const host = await installedHost('gone')

    const ran = await host.install(['--uninstall'])

    expect(ran).toMatchObject({ code: 0, stdout: 'overdue-agent is removed; the collector was told\n' })
    expect(filesOf(host)).toEqual(before)
    expect(host.has('usr/lib/overdue')).toBe(false)
    expect(host.has('etc/overdue')).toBe(false)
    expect(rig.servers().filter(({ enrolledName }) => enrolledName === 'gone')).toEqual([])
  })

  it('goes through when the collector cannot be told, and says so', async () => {
    const host = await installedHost('unreachable')
    host.write('etc/overdue/agent.toml', 'url = "http://127.0.0.1:9"\n')

    const ran = await host.install(['--uninstall'])

    expect(ran).toMatchObject({ code: 0, stdout: expect.stringContaining('could NOT be told') as string })
    expect(host.has('var/lib/overdue-agent')).toBe(false)
  })

  it('keeps what others put beside it, unless it is to be purged', async () => {
    const host = await installedHost('beside')
    host.write('etc/overdue/actions.toml', '# ours\n')

    const kept = await host.install(['--uninstall'])
    const wasThere = host.has('etc/overdue/actions.toml')
    await host.install(['--uninstall', '--purge'])

    expect(kept.stderr).toContain('kept: what others put into')
    expect(wasThere).toBe(true)
    expect(host.has('etc/overdue')).toBe(false)
  })

  it('of nothing is no error', async () => {
    const ran = await new InstallHost().install(['--uninstall'])

    expect(ran).toMatchObject({ code: 0, stdout: 'overdue-agent is removed; it was not enrolled\n' })
  })
})

describe.skipIf(whyNot !== null)('a diagnosis', PATIENT, () => {
  it('says what helps and holds no secret', async () => {
    const host = await installedHost('diagnosed')
    host.write(
      'etc/overdue/agent.toml',
      `${host.read('etc/overdue/agent.toml')}proxy = "http://user:pass-word@proxy.test:1"\n`,
    )

    const ran = await host.install(['--diagnose'])

    expect(ran.code).toBe(0)
    for (const part of ['== installed\n0.1.0', '== agent.toml', '== units\noverdue-agent.service', '== doctor']) {
      expect(ran.stdout).toContain(part)
    }
    const secret = host.read('var/lib/overdue-agent/credential').trim().split('_').slice(2).join('_')
    expect(ran.stdout).not.toContain(secret)
    expect(ran.stdout).not.toContain('pass-word')
  })
})
