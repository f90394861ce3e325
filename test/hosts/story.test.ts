// The life of one server, on a host that boots real systemd: installed, watched, changed by Debian's packages, restarted,
// upgraded, removed.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, describe, expect, it } from 'vitest'
import { until } from '../support/until.ts'
import { bootHost, type TestHost } from './boot-host.ts'
import { listFiles } from './file-list.ts'
import { bringKey, install } from './install.ts'
import { ReachableCollector, type Server } from './reachable-collector.ts'
import { offerVersion } from './release.ts'
import { whyNoHosts } from './why-no-hosts.ts'

const SCANS = ['inventory', 'firewall', 'processes', 'updates']
const WAIT_MS_MAX = 60_000

const why = await whyNoHosts()
if (why !== null) console.log(`test/hosts is skipped: ${why}`)

/** Each look costs the host a moment that it needs for what is waited for. */
async function eventually(what: string, condition: () => Promise<boolean>): Promise<void> {
  await until(what, async () => (await condition()) || (await sleep(100, false)), WAIT_MS_MAX)
}

// One life, told in order: each test goes on where the one before ended.
describe.skipIf(why !== null)('the life of a server', { timeout: 300_000 }, () => {
  const directory = mkdtempSync(join(tmpdir(), 'overdue-story-'))
  let host: TestHost
  let collector: ReachableCollector
  let untouched: string[]

  afterAll(async () => {
    await collector?.stop()
    await host?.close()
    rmSync(directory, { recursive: true, force: true })
  })

  const server = async (): Promise<Server | null> => await collector.server()

  it('begins with one command, and a first report that is acknowledged', async () => {
    host = await bootHost({ name: 'story' })
    collector = await ReachableCollector.start(directory)
    untouched = await listFiles(host)
    const key = await bringKey(host, collector, directory)

    const ran = await install(host, collector, `--join-key-file ${key} --application shop`)

    expect(ran.stderr).toContain('[8/8]')
    expect(ran).toMatchObject({ code: 0, stdout: expect.stringMatching(/acknowledged, verdict: ok\n$/) as string })
    expect(await server()).toMatchObject({ name: 'story', application: 'shop', state: 'ok', reporting: 'current' })
    expect((await host.run(`cat ${key} /etc/overdue/join-key`)).stdout).toBe('')
  })

  it('knows what it is made of, as soon as the scan it asked for has answered', async () => {
    const isJoined = `grep -q '"inventory":{' /run/overdue-agent/outbox.json`

    await eventually('the inventory is part of what is reported', async () => (await host.run(isJoined)).code === 0)
    expect(await host.must('ls /run/overdue/ask')).toBe('')
  })

  it('looks and reports when its unit is reloaded, and when a deploy hook asks', async () => {
    type Status = { delivery: { acknowledged: { freshAsOfMs: number | null } | null } | null }
    const status = async () => JSON.parse(await host.must('overdue-agent status --json')) as Status
    const askedFor = async () => (await status()).delivery?.acknowledged?.freshAsOfMs ?? null
    const before = await askedFor()
    await host.must('systemctl reload overdue-agent')
    await eventually('a report that was asked for', async () => (await askedFor()) !== before)
    await host.must('overdue-agent report --wait --scan --reason "deploy 4711"')

    const deploys = (await collector.history()).filter(({ type }) => type === 'deploy-report')
    expect(deploys).toMatchObject([{ data: { reason: 'deploy 4711' } }])
  })

  it('needs a restart when a package of Debian says so', async () => {
    await host.must('DEBIAN_FRONTEND=noninteractive apt-get -y --no-download install --reinstall dbus')

    await eventually('the collector knows', async () => (await server())?.state === 'restart-required')
    await eventually('it knows why', async () => (await server())?.packages?.length !== 0)
    expect((await server())?.packages).toEqual(['dbus'])
  })

  it('says goodbye when it is shut down, and needs no restart when it is back', async () => {
    await host.shutDown()
    await eventually('the collector was told', async () => (await server())?.reporting === 'restarting')
    await host.start()

    await eventually('the collector knows', async () => (await server())?.state === 'ok')
    expect(await server()).toMatchObject({ reporting: 'current' })
    const cleared = (await collector.history()).filter(({ type }) => type === 'restart-cleared')
    expect(cleared.map(({ cause }) => cause)).toEqual(['restarted'])
  })

  it('is the same server after its power failed, and after a restart', async () => {
    const before = await server()
    const isBack = async (bootId: string | null | undefined): Promise<boolean> => (await server())?.bootId !== bootId
    await host.crash()
    await host.start()
    await eventually('it booted after the failure', () => isBack(before?.bootId))
    const between = await server()
    await host.reboot()
    await eventually('it booted after the restart', () => isBack(between?.bootId))

    expect(await server()).toMatchObject({ id: before?.id, state: 'ok', reporting: 'current' })
  })

  it('has no unit that failed or that systemd complains of, also of scans this bundle does not know', async () => {
    await host.must(`systemctl start ${SCANS.map((name) => `overdue-scan-${name}.service`).join(' ')}`)

    expect(await host.must('systemctl --failed --no-legend')).toBe('')
    expect(await host.must('systemd-analyze verify --man=no /usr/lib/systemd/system/overdue* 2>&1')).toBe('')
    expect(await host.must('journalctl -t systemd -p warning --no-pager -q -g overdue || true')).toBe('')
  })

  it('is upgraded in place, and stays the same server', async () => {
    const before = await server()
    offerVersion(directory, '99.0.0')

    const ran = await install(host, collector, '--upgrade')

    expect(ran).toMatchObject({ code: 0, stdout: expect.stringMatching(/^overdue-agent 99\.0\.0 is active/) as string })
    expect(await server()).toMatchObject({ id: before?.id, application: 'shop', reporting: 'current' })
  })

  it('ends with the collector told, and nothing left', async () => {
    const { id } = (await server()) ?? {}

    const ran = await install(host, collector, '--uninstall')

    expect(ran).toMatchObject({ code: 0, stdout: 'overdue-agent is removed; the collector was told\n' })
    await host.must('rm /root/collector-ca.pem')
    const left = await listFiles(host)
    const isOfDbus = (line: string): boolean =>
      /dbus|^\/run\/(reboot-required|lock|utmp)|\/var\/(lib\/dpkg|log|cache)\//.test(line)
    expect(left.filter((line) => !untouched.includes(line) && !isOfDbus(line))).toEqual([])
    expect((await collector.history()).map(({ type }) => type)).toContain('removed')
    expect(await collector.get(`/api/v1/servers/${id}`)).toMatchObject({ id, lifecycle: 'removed' })
    await host.close()
  })

  it('may begin in an image, which enrols at its first boot, as soon as there is a network', async () => {
    host = await bootHost({ name: 'image' })
    await host.must('mount -t tmpfs -o noexec tmpfs /tmp')
    const key = await bringKey(host, collector, directory)
    expect((await install(host, collector, `--bake --join-key-file ${key}`)).code).toBe(0)
    expect(await server()).toBeNull()
    await host.shutDown()
    await host.network('down')
    await host.start()
    await eventually(
      'it tried',
      async () => (await host.run(`journalctl -u overdue-agent | grep 'enroll:'`)).code === 0,
    )
    await host.network('up')

    await eventually('it reports', async () => (await server())?.reporting === 'current')
    expect(await server()).toMatchObject({ name: 'image', state: 'ok' })
    expect((await host.run('ls /etc/overdue/join-key')).code).not.toBe(0)
  })
})
