// install.sh as root runs it, with dash, on a folder that stands for a host and against a real collector on loopback.
import { beforeAll, describe, expect, it } from 'vitest'
import { ConnectProxy } from '../support/connect-proxy.ts'
import { InstallHost } from '../support/install/host.ts'
import { InstallRig, PATIENT, stopAfterAll, whyNot } from '../support/install/rig.ts'

const TRUTH = /^overdue-agent 0\.1\.0 is active, its first report is acknowledged, verdict: \w+\n$/

let rig: InstallRig
beforeAll(async () => {
  rig = await InstallRig.start()
})
stopAfterAll(() => rig)

describe.skipIf(whyNot !== null)(`the installer${whyNot === null ? '' : `, skipped: ${whyNot}`}`, PATIENT, () => {
  it('makes a host report with one command, and says the truth in its last line', async () => {
    const host = new InstallHost()

    const ran = await host.install(['--url', rig.url, '--join-key-file', rig.giveKey(host), '--name', 'one-command'])

    expect(ran).toMatchObject({ code: 0, stdout: expect.stringMatching(TRUTH) as string })
    expect(ran.stderr.match(/^\[\d\/8\]/gm)).toHaveLength(8)
    expect(host.has('root/join-key')).toBe(false)
    expect(rig.servers().filter(({ enrolledName }) => enrolledName === 'one-command')).toHaveLength(1)
  })

  it('changes only what it is told to when it runs again', async () => {
    const host = new InstallHost()
    await host.install(['--url', rig.url, '--join-key-file', rig.giveKey(host), '--name', 'again', '--tag', 'role=web'])
    const written = host.read('etc/overdue/agent.toml').replace('name =', '# ours\nheartbeat = "2m"\nname =')
    host.write('etc/overdue/agent.toml', written)
    const credential = host.read('var/lib/overdue-agent/credential')

    const ran = await host.install(['--application', 'shop "1"'])

    expect(ran).toMatchObject({ code: 0, stdout: expect.stringMatching(TRUTH) as string })
    expect(host.read('etc/overdue/agent.toml')).toBe(`${written}application = "shop \\"1\\""\n`)
    expect(host.read('var/lib/overdue-agent/credential')).toBe(credential)
  })

  it('leaves a host alone that is as it should be', async () => {
    const host = new InstallHost()
    await host.install(['--url', rig.url, '--join-key-file', rig.giveKey(host)])
    const pid = host.read('../agent.pid')

    const ran = await host.install(['--yes'])

    expect(ran).toMatchObject({ code: 0, stdout: expect.stringMatching(TRUTH) as string })
    expect(host.read('../agent.pid')).toBe(pid)
  })

  it('takes everything from the environment, too, and a flag before it', async () => {
    const host = new InstallHost()
    const variables = {
      OVERDUE_URL: rig.url,
      OVERDUE_NAME: 'environment',
      OVERDUE_TAGS: 'a=1,b=2',
      OVERDUE_NO_START: '1',
    }

    const ran = await host.install(['--name=flag'], { ...variables, OVERDUE_JOIN_KEY_FILE: rig.giveKey(host) })

    expect(ran).toMatchObject({ code: 0, stdout: 'overdue-agent 0.1.0 is installed and not started\n' })
    expect(host.read('etc/overdue/agent.toml')).toContain('name = "flag"\ntags = { "a" = "1", "b" = "2" }\n')
    expect(host.has('../agent.pid')).toBe(false)
  })

  it('changes nothing in a dry run, and shows what it would do', async () => {
    const host = new InstallHost()
    const key = rig.giveKey(host)
    const before = host.files()

    const ran = await host.install(['--url', rig.url, '--join-key-file', key, '--name', 'dry', '--dry-run'])

    expect(ran).toMatchObject({ code: 0, stdout: 'dry run: nothing was changed\n' })
    expect(ran.stderr).toContain('+ name = "dry"')
    expect(host.files()).toEqual(before)
    expect(rig.servers().filter(({ enrolledName }) => enrolledName === 'dry')).toEqual([])
  })

  it('makes an image that enrols at its first boot', async () => {
    const host = new InstallHost()
    const key = rig.giveKey(host)

    const ran = await host.install(['--url', rig.url, '--join-key-file', key, '--bake'])

    expect(ran.stdout).toBe('overdue-agent 0.1.0 is installed and not started; it enrols at the first boot\n')
    expect(host.read('etc/overdue/join-key')).toBe(host.read('root/join-key'))
    expect(host.files()['etc/overdue/join-key']).toMatch(/^600 /)
    expect(host.has('var/lib/overdue-agent')).toBe(false)
  })

  it('goes through a proxy whose password nobody sees', async () => {
    const proxied = await InstallRig.start({ tls: true })
    const proxy = await new ConnectProxy(() => Number(new URL(proxied.url).port)).start()
    proxy.credentials = 'user:pass-word'
    try {
      const host = new InstallHost()
      host.standIn('curl', `echo "$*" >>"$HOST/../curl.log"; exec /usr/bin/curl "$@"`)
      const args = ['--url', proxied.url, '--join-key-file', proxied.giveKey(host), '--ca-file', proxied.caFile()]

      const ran = await host.install(args, { OVERDUE_PROXY: `http://user:pass-word@${proxy.host}` })

      expect(ran).toMatchObject({ code: 0, stdout: expect.stringMatching(TRUTH) as string })
      expect(proxy.seen.map(({ method }) => method)).toContain('CONNECT')
      expect(`${ran.stderr}${host.read('../curl.log')}`).not.toContain('pass-word')
      expect(host.read('etc/overdue/agent.toml')).toContain(`proxy = "http://user:pass-word@${proxy.host}"`)
      expect(host.read('etc/overdue/agent.toml')).toContain(`caFile = "${host.root}/etc/overdue/ca.pem"`)
    } finally {
      await proxy.stop()
      await proxied.stop()
    }
  })
})
