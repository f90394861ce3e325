// The life of a server on a machine of its own: a kernel upgrade by Debian's packages, and a restart into that kernel.
// Takes 5 to 20 minutes, because the machine is emulated.
//   npm run prove:host
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { ReachableCollector, type Server } from '../../test/hosts/reachable-collector.ts'
import { makeDisk } from './host/disk.ts'
import { VirtualMachine } from './host/virtual-machine.ts'

const WAIT_MS_MAX = 600_000
/** Without what is only recommended: it does not lie ready. */
const UPGRADE =
  'DEBIAN_FRONTEND=noninteractive apt-get -y -q --no-download --no-install-recommends install linux-image-cloud-amd64'

const startedAt = performance.now()
const directory = mkdtempSync(join(tmpdir(), 'overdue-prove-host-'))
const failures: string[] = []

function say(what: string): void {
  console.log(`${((performance.now() - startedAt) / 1000).toFixed(1).padStart(7)} s  ${what}`)
}

function check(what: string, isTrue: boolean): void {
  say(`${isTrue ? 'ok    ' : 'FAILED'} ${what}`)
  if (!isTrue) failures.push(what)
}

async function waitFor(
  collector: ReachableCollector,
  what: string,
  isSo: (server: Server) => boolean,
): Promise<Server> {
  const endMs = performance.now() + WAIT_MS_MAX
  for (;;) {
    const server = await collector.server()
    if (server !== null && isSo(server)) return server
    if (performance.now() > endMs) throw new Error(`not within ${WAIT_MS_MAX / 1000} s: ${what}`)
    await sleep(50)
  }
}

async function prove(collector: ReachableCollector, machine: VirtualMachine): Promise<void> {
  const before = await machine.start()
  say(`booted ${before}`)
  check('the kernel that runs is the one on the disk', (await machine.must('uname -r')).trim() === before)

  await machine.write('/root/join-key.toml', await collector.joinKey(join(directory, 'join-key.toml')))
  await machine.write('/root/ca.pem', readFileSync(collector.certFile, 'utf8'))
  const install = `curl -fsSL --cacert /root/ca.pem ${collector.url}/install.sh | sh -s --`
  await proveWrongClock(machine, `${install} --join-key-file /root/join-key.toml`)
  say('installing ...')
  const { stdout: installed } = await machine.run(`${install} --join-key-file /root/join-key.toml`)
  const isInstalled = installed.includes('its first report is acknowledged, verdict: ok')
  check('one command installs it, and says that the first report is acknowledged', isInstalled)
  if (!isInstalled) console.log(installed)
  check('nothing is to be restarted yet', (await collector.server())?.state === 'ok')

  say('upgrading the kernel ...')
  await machine.must(UPGRADE)
  const required = await waitFor(collector, 'restart-required', ({ state }) => state === 'restart-required')
  const named = (await machine.must('cat /run/reboot-required.pkgs')).trim().split('\n')
  await waitFor(collector, 'the packages', ({ packages }) => packages?.join() === named.join())
  check(
    `it asks for a restart: ${required.headline}`,
    named.some((name) => name.startsWith('linux-image-')),
  )

  const left = machine.must('systemctl reboot').catch(() => '')
  await machine.ended()
  void left
  check('it said goodbye', (await collector.server())?.reporting === 'restarting')
  const after = await machine.start()
  check(
    `it restarted into another kernel: ${after}`,
    after !== before && (await machine.must('uname -r')).trim() === after,
  )
  await waitFor(collector, 'ok', ({ state }) => state === 'ok')
  const cleared = (await collector.history()).find(({ type }) => type === 'restart-cleared')
  check('it is cleared, because it was restarted', cleared?.cause === 'restarted')
  const network = await machine.must('date -d "$(systemctl show -P ActiveEnterTimestamp network-online.target)" +%s')
  say(`cleared ${(Date.parse(cleared?.at ?? '') / 1000 - Number(network)).toFixed(0)} s after the network was up`)
  say(
    `of that, the agent's own words:\n${await machine.must(`journalctl -b -o short-monotonic -u 'overdue-*' -u network-online.target --no-pager`)}`,
  )
  const { stdout: startup } = await machine.run('bash -c "time overdue-agent version" 2>&1')
  say(`a program of ours takes to start, here:\n${startup}`)
  const failed = await machine.must('systemctl list-units --failed --no-legend "overdue*"')
  check(`no unit failed ${failed}`, failed.trim() === '')
}

/** Only a machine of its own has a clock of its own. */
async function proveWrongClock(machine: VirtualMachine, install: string): Promise<void> {
  const files = "find /etc /usr /var/lib -newer /root/join-key.toml -path '*overdue*'"
  for (const [year, says] of [
    ['2001', 'set it first'],
    ['2041', 'or the clock, which says 2041-01-01'],
  ] as const) {
    await machine.must(`date -s ${year}-01-01`)
    // The certificate is not valid then, either; the script itself is what is looked at.
    const { code, stdout } = await machine.run(install.replace('curl ', 'curl -k '))
    check(`a clock of ${year} is told, and nothing is installed`, code !== 0 && stdout.includes(says))
    if (!stdout.includes(says)) console.log(stdout)
    check('nothing of ours is left', (await machine.must(`${files}; true`)).trim() === '')
  }
  await machine.must(`date -s @${Math.floor(Date.now() / 1000)}`)
}

try {
  say('making the disk ...')
  const disk = await makeDisk(directory)
  const machine = await VirtualMachine.assemble({ directory, disk })
  try {
    const collector = await ReachableCollector.start(directory)
    await prove(collector, machine).finally(() => collector.stop())
  } finally {
    await machine.dismantle()
  }
} catch (error) {
  check(error instanceof Error ? error.message : String(error), false)
} finally {
  rmSync(directory, { recursive: true, force: true })
}
say(
  failures.length === 0
    ? 'a kernel upgrade and a true restart were told as they happened'
    : `${failures.length} failed`,
)
process.exitCode = failures.length === 0 ? 0 : 1
