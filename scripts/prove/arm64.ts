// install.sh and the agent on the other architecture: minimal Debian for arm64 whose programs an emulator runs.
//   npm run prove:arm64
// Needs root, and Debian's packages qemu-user-static, libatomic1-arm64-cross and those of scripts/test. The emulator
// stands in for the processor alone: of what the units forbid, some is not in force there.
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { debianTree, DOWNLOADED, PACKAGES } from '../../test/hosts/base-root.ts'
import { bootHost, type TestHost } from '../../test/hosts/boot-host.ts'
import { must } from '../../test/hosts/command.ts'
import { bringKey, install } from '../../test/hosts/install.ts'
import { ReachableCollector } from '../../test/hosts/reachable-collector.ts'

const EMULATOR = '/usr/bin/qemu-aarch64-static'
const BINFMT = '/proc/sys/fs/binfmt_misc'
/** The first 20 bytes of a program for it (ELF header: 64 bit, little endian, machine 183), and which of them count. */
const MAGIC = String.raw`\x7fELF\x02\x01\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x02\x00\xb7\x00`
const MASK = String.raw`\xff\xff\xff\xff\xff\xff\xff\x00\xff\xff\xff\xff\xff\xff\xff\xff\xfe\xff\xff\xff`
const UNITS = ['agent', 'scan-inventory', 'scan-firewall', 'scan-processes', 'scan-updates']
/** Namespaces that the emulator cannot make: it answers EINVAL and EIO for them, also to units of Debian's own. */
const NOT_EMULATED = '[Service]\nPrivateUsers=no\nPrivateNetwork=no\n'
const BOOT_MS_MAX = 600_000
const WAIT_MS_MAX = 300_000

const directory = mkdtempSync(join(tmpdir(), 'overdue-prove-arm64-'))
const failures: string[] = []

function check(what: string, isTrue: boolean): void {
  console.log(`${isTrue ? 'ok    ' : 'FAILED'} ${what}`)
  if (!isTrue) failures.push(what)
}

/** F: the kernel opens the emulator now, so that it is found in every tree. */
async function emulate(): Promise<void> {
  if (!existsSync(EMULATOR)) throw new Error(`${EMULATOR} is not there: install Debian's qemu-user-static`)
  if (!existsSync(join(BINFMT, 'register'))) await must(['mount', '-t', 'binfmt_misc', 'none', BINFMT])
  if (!existsSync(join(BINFMT, 'qemu-aarch64')))
    writeFileSync(join(BINFMT, 'register'), `:qemu-aarch64:M::${MAGIC}:${MASK}:${EMULATOR}:F`)
}

async function waitFor(collector: ReachableCollector, state: string): Promise<void> {
  const endMs = performance.now() + WAIT_MS_MAX
  while ((await collector.server())?.state !== state) {
    if (performance.now() > endMs) throw new Error(`not within ${WAIT_MS_MAX / 1_000} s: ${state}`)
    await sleep(200)
  }
}

async function proveOn(host: TestHost, collector: ReachableCollector): Promise<void> {
  check('the host is what it says', (await host.must('uname -m')).trim() === 'aarch64')
  for (const unit of UNITS)
    await host.write(`/etc/systemd/system/overdue-${unit}.service.d/emulated.conf`, NOT_EMULATED)
  const key = await bringKey(host, collector, directory)
  const ran = await install(host, collector, `--join-key-file ${key}`)
  const isInstalled = ran.stdout.includes('its first report is acknowledged')
  check('one command installs it, and says that the first report is acknowledged', isInstalled)
  if (!isInstalled) throw new Error(`${ran.stdout}${ran.stderr}${await host.must('journalctl -n 50 --no-pager')}`)
  const verdict = (await collector.server())?.state
  check(`nothing is to be restarted yet: ${verdict ?? 'no server'}`, verdict === 'ok')
  if (verdict !== 'ok') console.log((await host.run('overdue-agent explain')).stdout)

  // By hand: the script of the package does not see its own service in the emulator, and asks for nothing.
  await host.must("echo '*** System restart required ***' >/run/reboot-required; echo dbus >/run/reboot-required.pkgs")
  await waitFor(collector, 'restart-required')
  check('a flag is reported', true)
  const { packages } = (await collector.server()) ?? { packages: null }
  check(`with what stands beside it: ${JSON.stringify(packages)}`, JSON.stringify(packages) === '["dbus"]')
  await host.reboot()
  await waitFor(collector, 'ok')
  const cleared = (await collector.history()).find(({ type }) => type === 'restart-cleared')
  check(`the restart cleared it: ${cleared?.cause ?? 'nothing'}`, cleared?.cause === 'restarted')

  const removed = await install(host, collector, '--uninstall --purge --yes')
  check('it is removed', removed.code === 0)
  if (removed.code !== 0) console.log(`${removed.stdout}${removed.stderr}`)
}

async function prove(): Promise<void> {
  await emulate()
  console.log('making the tree ...')
  const base = await debianTree({ packages: PACKAGES, downloaded: DOWNLOADED, architecture: 'arm64' })
  console.log('booting ...')
  const host = await bootHost({ name: 'arm64', base, bootMsMax: BOOT_MS_MAX })
  try {
    const collector = await ReachableCollector.start(directory, 'arm64')
    try {
      await proveOn(host, collector)
    } finally {
      await collector.stop()
    }
  } finally {
    await host.close()
  }
}

try {
  await prove()
} catch (error) {
  failures.push('it ran to its end')
  console.error(error)
} finally {
  rmSync(directory, { recursive: true, force: true })
}
console.log(failures.length === 0 ? 'all held' : `${failures.length} failed`)
process.exitCode = failures.length === 0 ? 0 : 1
