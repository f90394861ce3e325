// Hosts on which something is wrong, with the real package of everything: each installation says why and changes nothing,
// or it works all the same.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, describe, expect, it, onTestFinished } from 'vitest'
import { ConnectProxy } from '../support/connect-proxy.ts'
import { until } from '../support/until.ts'
import { bootHost, type TestHost } from './boot-host.ts'
import { makeCertificate } from './collector-certificate.ts'
import type { Ran } from './command.ts'
import { listFiles } from './file-list.ts'
import { OUTER_ADDRESS } from './host-network.ts'
import { bringKey, install } from './install.ts'
import { ReachableCollector } from './reachable-collector.ts'
import { whyNoHosts } from './why-no-hosts.ts'

const WAIT_MS_MAX = 60_000
const STEPS = [1, 2, 3, 4, 5, 6, 7, 8]
const ENROLS = 5

/** Step, join key. With jobs of its own, as a terminal's shell: else what runs in the background never hears of Ctrl-C. */
const INTERRUPT = `set -m
step=$1
[ -e "$2" ] && set -- --join-key-file "$2" || set --
sh /run/install.sh "$@" >/run/said 2>/run/steps & job=$!
while kill -0 $job 2>/dev/null && ! grep -qF "[$step/8]" /run/steps; do sleep 0.01; done
kill -INT -- -$job
wait $job
code=$?
rm -f /run/said /run/steps
exit $code
`

const why = await whyNoHosts()
if (why !== null) console.log(`test/hosts is skipped: ${why}`)

// One host, untouched until the first installation that succeeds; each test goes on where the one before ended.
describe.skipIf(why !== null)('a host in trouble', { timeout: 300_000 }, () => {
  const directory = mkdtempSync(join(tmpdir(), 'overdue-trouble-'))
  let host: TestHost
  let collector: ReachableCollector
  let key: string
  let untouched: string[]

  afterAll(async () => {
    await collector?.stop()
    await host?.close()
    rmSync(directory, { recursive: true, force: true })
  })

  /** The installer makes folders on its way to a refusal and removes them again: contents are compared, not times. */
  const touched = async (on: TestHost, before: readonly string[]): Promise<string[]> =>
    (await listFiles(on)).filter((line) => !before.includes(line) && !/^\/(run|tmp) |^\/run\/(lock|utmp)/.test(line))

  async function refused(flags: string): Promise<Ran> {
    const ran = await install(host, collector, flags)
    expect(await touched(host, untouched)).toEqual([])
    expect(ran.stdout).toBe('')
    return ran
  }

  it('whose join key names another authority sends no secret, and says so', async () => {
    host = await bootHost({ name: 'trouble' })
    collector = await ReachableCollector.start(directory)
    key = await bringKey(host, collector, directory)
    const other = mkdtempSync(join(directory, 'other-'))
    writeFileSync(join(directory, 'used-key'), await host.must(`cat ${key}`), { mode: 0o600 })
    const { certFile } = await makeCertificate(other)
    await host.copyIn(certFile, '/root/other-ca.pem')
    await host.must(`curl -fsSL --cacert /root/collector-ca.pem ${collector.url}/install.sh -o /run/install.sh`)
    await host.write('/run/interrupt.sh', INTERRUPT)
    untouched = await listFiles(host)

    const ran = await refused(`--join-key-file ${key} --ca-file /root/other-ca.pem`)

    expect(ran.code).toBe(5)
    expect(ran.stderr).toContain('No secret was sent, nothing was changed')
    expect(await collector.server()).toBeNull()
  })

  it('that cannot look up names says so', async () => {
    const ran = await refused(`--join-key-file ${key} --url https://collector.invalid`)

    expect(ran.code).toBe(5)
    expect(ran.stderr).toContain('is DNS set up on this host?')
  })

  it('whose disk has no room for it says how much is missing', async () => {
    const small = await bootHost({ name: 'small', diskSize: '64m' })
    onTestFinished(() => small.close())
    const keyThere = await bringKey(small, collector, directory)
    const before = await listFiles(small)

    const ran = await install(small, collector, `--join-key-file ${keyThere}`)

    expect(ran.code).toBe(1)
    expect(ran.stderr).toMatch(/has \d+ MB free/)
    expect(await touched(small, before)).toEqual([])
  })

  it('on which somebody presses Ctrl-C in each step is as it was, or goes on', async () => {
    const codes: (number | null)[] = []
    const left: string[] = []
    for (const step of STEPS) {
      const { code } = await host.run(`bash /run/interrupt.sh ${step} ${key}`)
      codes.push(code)
      if (step < ENROLS) left.push(...(await touched(host, untouched)))
    }
    expect(left).toEqual([])
    expect(codes.slice(0, ENROLS - 1)).toEqual([130, 130, 130, 130])

    const isUnused = (await host.run(`test -e ${key}`)).code === 0
    const ran = await host.run(`sh /run/install.sh${isUnused ? ` --join-key-file ${key}` : ''}`)

    expect(ran).toMatchObject({ code: 0, stdout: expect.stringContaining('is acknowledged') as string })
    expect(((await collector.get('/api/v1/servers')) as { items: unknown[] }).items).toHaveLength(1)
    expect((await host.must('ls -a /usr/lib | grep overdue-install || true')).trim()).toBe('')
  })

  it('whose disk fills up goes on reporting', async () => {
    await host.must('dd if=/dev/zero of=/fill bs=1M 2>/dev/null; true')
    onTestFinished(async () => void (await host.must('rm -f /fill /run/reboot-required /run/reboot-required.pkgs')))
    expect((await host.run('echo more >>/fill')).code).not.toBe(0)
    await host.must(
      'echo libc6 >/run/reboot-required.pkgs; echo "*** System restart required ***" >/run/reboot-required',
    )

    const isTold = async (): Promise<boolean> => (await collector.server())?.packages?.join() === 'libc6'
    await until('the collector knows', async () => (await isTold()) || (await sleep(100, false)), WAIT_MS_MAX)
    expect(await collector.server()).toMatchObject({ state: 'restart-required', reporting: 'current' })
  })

  it('that was removed is not let in by the same key again', async () => {
    expect((await install(host, collector, '--uninstall')).code).toBe(0)
    await host.write(key, readFileSync(join(directory, 'used-key'), 'utf8'), '0600')

    const ran = await install(host, collector, `--join-key-file ${key}`)

    expect(ran.code).toBe(4)
    expect(ran.stderr).toContain('the join key was not accepted')
  })

  it('on which two run it at once is installed once', async () => {
    key = await bringKey(host, collector, directory)

    const both = await Promise.all([1, 2].map(() => install(host, collector, `--join-key-file ${key}`)))

    const [done, other] = both.toSorted((a, b) => (a.code ?? 0) - (b.code ?? 0))
    expect(done).toMatchObject({ code: 0, stdout: expect.stringContaining('is acknowledged') as string })
    // The second one found the lock, or came when all was over and the key was gone.
    expect(other?.stderr).toMatch(/another run of this is at work|cannot be read/)
  })

  it('that has to go through a proxy reports through it', async () => {
    const proxy = await new ConnectProxy(() => Number(new URL(collector.url).port), OUTER_ADDRESS).start()
    onTestFinished(() => proxy.stop())

    const ran = await install(host, collector, `--proxy http://${proxy.host}`)

    expect(ran).toMatchObject({ code: 0, stdout: expect.stringContaining('is acknowledged') as string })
    const tunnels = proxy.seen.length
    expect(proxy.seen.every(({ method }) => method === 'CONNECT')).toBe(true)
    await host.must('systemctl restart overdue-agent')
    await until('it reports anew', async () => proxy.seen.length > tunnels || (await sleep(100, false)), WAIT_MS_MAX)
    expect(proxy.tunnelled.toString('latin1')).not.toContain('ovds_')
  })
})
