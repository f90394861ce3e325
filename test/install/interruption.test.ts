// Ctrl-C at each step, and two at once: the host is as it was, or the same command goes on from there.
import { beforeAll, describe, expect, it } from 'vitest'
import { ended, InstallHost } from '../support/install/host.ts'
import { InstallRig, PATIENT, stopAfterAll, whyNot } from '../support/install/rig.ts'

const STEPS = [1, 2, 3, 4, 5, 6, 7, 8]

let rig: InstallRig
beforeAll(async () => {
  rig = await InstallRig.start()
})
stopAfterAll(() => rig)

describe.skipIf(whyNot !== null)('the installer', PATIENT, () => {
  it.each(STEPS)('interrupted in step %i undoes it, or goes on when it runs again', async (step) => {
    const host = new InstallHost()
    const name = `interrupted-${step}`
    const args = ['--url', rig.url, '--join-key-file', rig.giveKey(host, oneUse()), '--name', name]
    const before = host.files()
    const child = host.start(args)
    child.stderr?.on('data', (chunk: Buffer) => {
      // To the whole job, as a terminal does.
      if (chunk.toString().includes(`[${step}/8]`)) process.kill(-(child.pid ?? 0), 'SIGINT')
    })

    const first = await ended(child)
    const isBegun = host.has('usr/lib/overdue') || host.has('var/lib/overdue-agent')
    const after = host.files()
    // The same command, but the key is gone where it was used.
    const again = await host.install(host.has('root/join-key') ? args : ['--name', name])

    expect([0, 130]).toContain(first.code)
    expect(isBegun ? before : after).toEqual(before)
    expect(again).toMatchObject({ code: 0, stdout: expect.stringContaining('first report is acknowledged') as string })
    expect(rig.servers().filter(({ enrolledName }) => enrolledName === name)).toHaveLength(1)
    expect(Object.keys(host.files()).filter((path) => /overdue-install|\.new$/.test(path))).toEqual([])
  })

  it('run twice at once installs once', async () => {
    const host = new InstallHost()
    const args = ['--url', rig.url, '--join-key-file', rig.giveKey(host, oneUse()), '--name', 'twice']

    const both = await Promise.all([host.install(args), host.install(args)])

    const [done, other] = both.toSorted((a, b) => (a.code ?? 0) - (b.code ?? 0))
    expect(done?.stdout).toContain('first report is acknowledged')
    // The second one found the lock, or came when all was over and the key was gone.
    expect(other?.stderr).toMatch(/another run of this is at work|cannot be read/)
    expect(rig.servers().filter(({ enrolledName }) => enrolledName === 'twice')).toHaveLength(1)
  })

  it('takes over the lock of a run that was killed', async () => {
    const host = new InstallHost()
    host.write('run/overdue-install.lock/pid', '4194305\n')

    const ran = await host.install(['--url', rig.url, '--join-key-file', rig.giveKey(host), '--no-start'])

    expect(ran.code).toBe(0)
    expect(host.has('run/overdue-install.lock')).toBe(false)
  })
})

/** A second use of it would be seen. */
function oneUse(): string {
  return rig.collector.createJoinKey({ usesMax: 1 })
}
