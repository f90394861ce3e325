// What must not go through: each says why, and leaves the host as it was.
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs'
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { InstallHost, type Ran, TOOLS } from '../support/install/host.ts'
import { InstallRig, PATIENT, stopAfterAll, whyNot } from '../support/install/rig.ts'

let rig: InstallRig
let secure: InstallRig
beforeAll(async () => {
  rig = await InstallRig.start()
  secure = await InstallRig.start({ tls: true })
})
stopAfterAll(() => rig)
stopAfterAll(() => secure)

/** Installs, and expects that nothing but the lock's folder was touched. */
async function refused(host: InstallHost, args: readonly string[]): Promise<Ran> {
  const before = host.files()
  const ran = await host.install(args)
  expect(host.files()).toEqual(before)
  expect(ran.stdout).toBe('')
  return ran
}

describe.skipIf(whyNot !== null)('the installer changes nothing', PATIENT, () => {
  it.each([
    ['spent', () => ({ usesMax: 1, uses: 1 })],
    ['expired', () => ({ expiresAt: rig.collector.clock.now() - 1 })],
    ['revoked', () => ({ revokedAt: rig.collector.clock.now() })],
  ])('with a join key that is %s', async (_what, settings) => {
    const host = new InstallHost()
    const key = rig.giveKey(host, rig.collector.createJoinKey(settings()))

    const ran = await refused(host, ['--url', rig.url, '--join-key-file', key])

    expect(ran.code).toBe(4)
    expect(ran.stderr).toContain('the join key was not accepted: it is spent, expired or revoked')
  })

  it('behind a certificate that is not trusted, and sends no secret', async () => {
    const host = new InstallHost()

    const ran = await refused(host, ['--url', secure.url, '--join-key-file', secure.giveKey(host)])

    expect(ran.code).toBe(5)
    expect(ran.stderr).toContain('No secret was sent, nothing was changed')
    expect(secure.servers()).toEqual([])
  })

  it('where the collector has another key than the pinned one', async () => {
    const host = new InstallHost()
    const pin = `sha256/${Buffer.alloc(32).toString('base64')}`
    const args = ['--url', secure.url, '--join-key-file', secure.giveKey(host), '--ca-file', secure.caFile()]

    const ran = await refused(host, [...args, '--pin', pin])

    expect(ran.code).toBe(5)
    expect(ran.stderr).toContain('No secret was sent, nothing was changed')
    expect(secure.servers()).toEqual([])
  })

  it('behind a certificate that is not trusted, with no program to ask but the agent itself', async () => {
    const host = new InstallHost()
    host.leaveOnly(TOOLS)
    const folder = secure.offer({}, join(secure.directory, 'copy'))
    const key = secure.giveKey(host)

    const ran = await refused(host, ['--url', secure.url, '--join-key-file', key, '--download-dir', folder])

    expect(ran.code).toBe(5)
    expect(secure.servers()).toEqual([])
  })

  it.each([
    [6, 'is DNS set up on this host?'],
    [7, 'does the collector run'],
    [28, 'does not answer in time'],
  ])('when asking ends with %i', async (code, says) => {
    const host = new InstallHost()
    host.standIn('curl', `cat >/dev/null; exit ${code}`)

    const ran = await refused(host, ['--url', 'https://overdue.test', '--join-key-file', rig.giveKey(host)])

    expect(ran.code).toBe(5)
    expect(ran.stderr).toContain(says)
  })

  it('over plain HTTP unless agent.toml says that it is meant', async () => {
    const host = new InstallHost()
    host.standIn('curl', 'cat >/dev/null; exit 7')
    const args = ['--url', 'http://overdue.test', '--join-key-file', rig.giveKey(host)]
    expect((await refused(host, args)).stderr).toContain('use https://')

    host.write('etc/overdue/agent.toml', 'allowPlainHttp = true\n')

    expect((await refused(host, args)).stderr).toContain('does the collector run')
  })

  it('when a file is not what SHA256SUMS says', async () => {
    const host = new InstallHost()
    const folder = rig.offer({}, join(rig.directory, 'flipped'))
    const file = join(folder, 'overdue-agent.cjs')
    const bytes = readFileSync(file)
    bytes[1_000] = (bytes[1_000] ?? 0) ^ 1
    writeFileSync(file, bytes)

    const ran = await refused(host, ['--url', rig.url, '--join-key-file', rig.giveKey(host), '--download-dir', folder])

    expect(ran.stderr).toContain('overdue-agent.cjs is not what SHA256SUMS says. Nothing was changed')
  })

  it('when the clock is years behind', async () => {
    const host = new InstallHost()
    host.standIn('date', `[ "$*" = +%s ] && echo 978307200 || /bin/date "$@"`)

    const ran = await refused(host, ['--url', rig.url, '--join-key-file', rig.giveKey(host)])

    expect(ran.stderr).toContain('set it first')
  })

  it('when there is no room', async () => {
    const host = new InstallHost()
    host.standIn('df', `printf 'Filesystem 1024-blocks Used Available Capacity Mounted\\n/dev/x 9 9 1000 99%% /\\n'`)

    const ran = await refused(host, ['--url', rig.url, '--join-key-file', rig.giveKey(host)])

    expect(ran.stderr).toContain('has 1 MB free')
  })

  it('when the disk fills up while the runtime is unpacked', async () => {
    const host = new InstallHost()
    host.standIn('tar', `case "$1" in -xof) [ "$2" = - ] && { cat >/dev/null; exit 2; } ;; esac; exec /bin/tar "$@"`)

    const ran = await refused(host, ['--url', rig.url, '--join-key-file', rig.giveKey(host)])

    expect(ran.stderr).toContain('is the disk full? Nothing was changed')
  })

  it.each([
    ['exit 126', 'noexec'],
    ['echo "node: libatomic.so.1: cannot open" >&2; exit 127', 'apt-get install libatomic1'],
    ['exit 134', 'does not work on this host'],
  ])('when the runtime does "%s"', async (runtime, says) => {
    const host = new InstallHost()
    const folder = rig.offer({ runtime }, join(rig.directory, 'broken'))

    const ran = await refused(host, ['--url', rig.url, '--join-key-file', rig.giveKey(host), '--download-dir', folder])

    expect(ran.stderr).toContain(says)
  })

  it('on something else than Debian', async () => {
    const host = new InstallHost()
    host.write('etc/os-release', 'ID=alpine\nPRETTY_NAME="Alpine Linux"\n')

    const ran = await refused(host, ['--url', rig.url, '--join-key-file', rig.giveKey(host)])

    expect(ran.stderr).toContain('this is Alpine Linux; the agent is made for Debian and Ubuntu')
  })

  it('when the version asked for is not there', async () => {
    const host = new InstallHost()

    const ran = await refused(host, ['--url', rig.url, '--join-key-file', rig.giveKey(host), '--version', '9.9.9'])

    expect(ran.stderr).toContain('version 9.9.9 was asked for, and 0.1.0 is what there is')
  })

  it('when agent.toml would not be right', async () => {
    const host = new InstallHost()
    host.write('etc/overdue/agent.toml', 'hartbeat = "1m"\n')

    const ran = await refused(host, ['--url', rig.url, '--join-key-file', rig.giveKey(host)])

    expect(ran.code).toBe(2)
    expect(ran.stderr).toContain('hartbeat')
  })

  it.each([
    [['--nonsense'], '"--nonsense" is not known here'],
    [['--url'], '--url takes a value'],
    [['--purge'], '--purge goes with --uninstall'],
    [['--proxy', 'http://a:b@c'], 'set OVERDUE_PROXY'],
    [['--url', 'http://overdue.test'], 'use https://'],
    [['--url', 'http://127.0.0.1.overdue.test'], 'use https://'],
    [['--url', 'ftp://overdue.test'], 'is no https:// address'],
    [['--join-key-file', '/nowhere'], '/nowhere cannot be read'],
    [['--upgrade'], 'it is not installed here'],
    [[], 'where is the collector?'],
  ])('for %j', async (args, says) => {
    const ran = await refused(new InstallHost(), args)

    expect(ran.code).not.toBe(0)
    expect(ran.stderr).toContain(says)
  })

  it('while another run is at work', async () => {
    const host = new InstallHost()
    host.write('run/overdue-install.lock/pid', `${process.pid}\n`)

    const ran = await refused(host, ['--url', rig.url, '--join-key-file', rig.giveKey(host)])

    expect(ran.stderr).toContain(`another run of this is at work (process ${process.pid})`)
  })
})

describe.skipIf(whyNot !== null)('a minimal host without a network to download from', PATIENT, () => {
  it('is installed from a folder, without curl, wget and xz', async () => {
    const host = new InstallHost()
    host.leaveOnly(TOOLS)
    const folder = rig.offer({}, join(rig.directory, 'stick'))
    copyFileSync('install.sh', join(folder, 'install.sh'))

    const ran = await host.install(['--url', rig.url, '--join-key-file', rig.giveKey(host), '--download-dir', folder])

    expect(ran).toMatchObject({ code: 0, stdout: expect.stringContaining('first report is acknowledged') as string })
  })

  it.skipIf(spawnSync('wget', ['--version']).error !== undefined)(
    'is installed by wget where curl is missing',
    async () => {
      const host = new InstallHost()
      host.leaveOnly([...TOOLS, 'wget'])

      const ran = await host.install(['--url', rig.url, '--join-key-file', rig.giveKey(host), '--no-start'])
      const untrusted = await host.install(['--url', secure.url, '--dry-run'])
      const missing = await host.install(['--url', `${rig.url}/nowhere`, '--dry-run'])

      expect(ran).toMatchObject({ code: 0, stdout: 'overdue-agent 0.1.0 is installed and not started\n' })
      expect(untrusted.stderr).toContain('is not trusted to be the collector')
      expect(missing.code).toBe(5)
    },
  )
})
