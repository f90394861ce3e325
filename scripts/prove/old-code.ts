// Proves the look at processes on a host that boots: real libraries are reinstalled under running daemons, the scan runs in
// its unit, and what it says is laid beside the kernel's own marks, needrestart and checkrestart. As root:
//   npm run prove:old-code
import { setTimeout as sleep } from 'node:timers/promises'
import { build } from '../build.ts'
import type { ProcessesFacts } from '../../shared/facts/processes.ts'
import { debianTree, PACKAGES } from '../../test/hosts/base-root.ts'
import { bootHost, type TestHost } from '../../test/hosts/boot-host.ts'
import { whyNoHosts } from '../../test/hosts/why-no-hosts.ts'

const UNITS = 'scripts/systemd'
const LIBRARIES = ['liblzma5', 'libssl3', 'libsystemd0']
/** Of younger processes nothing is said. */
const YOUNG_MS = 62_000
/** Numbers of the processes that have code of a deleted file below /usr mapped, as the kernel tells it. */
const MARKED = String.raw`grep -lE ' ..x. .* /usr/.*\(deleted\)$' /proc/[0-9]*/maps | grep -oE '[0-9]+' | sort -n`

const why = await whyNoHosts()
if (why === null) await prove()
else console.error(`no host can be booted here: ${why}`)

async function prove(): Promise<void> {
  await build()
  const base = await debianTree({
    packages: [...PACKAGES, 'needrestart', 'debian-goodies', 'python3', 'lsof', 'cron', 'nginx-light'],
    downloaded: LIBRARIES,
  })
  const host = await bootHost({ name: 'oldcode', base })
  try {
    await bringScan(host)
    await host.must('systemctl start cron nginx')
    await sleep(YOUNG_MS)
    const before = await scan(host)
    const reinstall = `apt-get -y --no-download install --reinstall ${LIBRARIES.join(' ')}`
    await host.must(`DEBIAN_FRONTEND=noninteractive NEEDRESTART_SUSPEND=1 ${reinstall}`)
    compare(before, await scan(host), await host.must(MARKED), await host.must('needrestart -b -l'))
    console.log(`checkrestart:\n${await host.must('checkrestart 2>&1')}`)
  } finally {
    await host.close()
  }
}

async function bringScan(host: TestHost): Promise<void> {
  await host.must('mkdir -p /usr/lib/overdue/lib /run/overdue/facts')
  const unit = 'overdue-scan-processes.service'
  const files: [string, string][] = [
    ['dist/overdue-agent.cjs', '/usr/lib/overdue/overdue-agent.cjs'],
    [process.execPath, '/usr/lib/overdue/node'],
    ['/usr/lib/x86_64-linux-gnu/libatomic.so.1', '/usr/lib/overdue/lib/libatomic.so.1'],
    [`${UNITS}/overdue-agent.sh`, '/usr/bin/overdue-agent'],
    [`${UNITS}/overdue.slice`, '/usr/lib/systemd/system/overdue.slice'],
    [`${UNITS}/${unit}`, `/usr/lib/systemd/system/${unit}`],
  ]
  for (const [from, to] of files) await host.copyIn(from, to)
  await host.must('chmod 755 /usr/bin/overdue-agent /usr/lib/overdue/node && systemctl daemon-reload')
}

async function scan(host: TestHost): Promise<ProcessesFacts> {
  await host.must('systemctl start overdue-scan-processes.service')
  return JSON.parse(await host.must('cat /run/overdue/facts/processes.json')) as ProcessesFacts
}

function compare(before: ProcessesFacts, after: ProcessesFacts, marked: string, needrestart: string): void {
  const ours = after.outdated.flatMap(({ pids }) => pids).sort((a, b) => a - b)
  const kernels = marked.trim().split('\n').map(Number)
  const units = new Set(after.outdated.flatMap(({ unit }) => unit ?? []))
  const theirs = [...needrestart.matchAll(/^NEEDRESTART-SVC: (.+)$/gm)].map(([, unit = '']) => unit)
  // needrestart's name for process 1.
  const missed = theirs.filter((unit) => !units.has(unit === 'systemd-manager' ? 'init.scope' : unit))
  for (const { unit, command, packages, remedy } of after.outdated) {
    console.log(`${unit ?? '-'}  ${command}  ${packages.join(' ')}  ${remedy}`)
  }
  const isTrue = before.count === 0 && JSON.stringify(ours) === JSON.stringify(kernels) && missed.length === 0
  console.log(`before: ${before.count}; found: ${ours.join(' ')}; the kernel marks: ${kernels.join(' ')}`)
  console.log(`needrestart: ${theirs.join(' ')}; not told by us: ${missed.join(' ') || 'none'}`)
  process.exitCode = isTrue ? 0 : 1
}
