// What the agent costs on a host, beside two agents that Debian ships, on one booted host in one run.
//   npm run prove:peers [-- MINUTES]       10 minutes at rest if nothing is said; root, see test/hosts/README.md
import { mkdtempSync, rmSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { debianTree, DOWNLOADED, PACKAGES } from '../../test/hosts/base-root.ts'
import { bootHost, type TestHost } from '../../test/hosts/boot-host.ts'
import { bringKey, install } from '../../test/hosts/install.ts'
import { ReachableCollector } from '../../test/hosts/reachable-collector.ts'
import { exposureOf, type Memory, memoryOf, processorMs } from './peers/cost.ts'

const MINUTES = Number(process.argv[2] ?? 10)
/** After the installation: what is only done once is over. */
const SETTLE_MS = 90_000
const SAMPLE_MS = 5_000
/** As most are scraped, or oftener. */
const SCRAPE_MS = 60_000
const WAIT_MS_MAX = 120_000

type Peer = { name: string; group: string; units: readonly string[] }
const PEERS: readonly Peer[] = [
  {
    name: 'overdue (whole slice)',
    group: '/overdue.slice',
    units: [
      'overdue-agent',
      'overdue-scan-inventory',
      'overdue-scan-firewall',
      'overdue-scan-processes',
      'overdue-scan-updates',
    ],
  },
  {
    name: 'prometheus-node-exporter',
    group: '/system.slice/prometheus-node-exporter.service',
    units: ['prometheus-node-exporter'],
  },
  { name: 'zabbix-agent', group: '/system.slice/zabbix-agent.service', units: ['zabbix-agent'] },
]

const directory = mkdtempSync(join(tmpdir(), 'overdue-prove-peers-'))

function say(what: string): void {
  console.error(what)
}

async function installTimed(host: TestHost, collector: ReachableCollector): Promise<number> {
  const key = await bringKey(host, collector, directory)
  const startedAt = performance.now()
  const ran = await install(host, collector, `--join-key-file ${key}`)
  if (ran.code !== 0) throw new Error(`install.sh: ${ran.stderr}`)
  return (performance.now() - startedAt) / 1_000
}

type Measured = { peer: Peer; typical: Memory; highest: Memory; msPerMinute: number; exposure: number[] }

/** Scraped once a minute, as an exporter is; the others are left alone. */
async function atRest(host: TestHost): Promise<Measured[]> {
  const before = await Promise.all(PEERS.map(({ group }) => processorMs(host, group)))
  const samples = PEERS.map((): Memory[] => [])
  const startedAt = performance.now()
  for (let scrapeAt = startedAt; performance.now() - startedAt < MINUTES * 60_000; await sleep(SAMPLE_MS)) {
    if (performance.now() >= scrapeAt) {
      scrapeAt += SCRAPE_MS
      await host.must('curl -fsS -o /dev/null http://127.0.0.1:9100/metrics')
    }
    for (const [index, { group }] of PEERS.entries()) samples[index]?.push(await memoryOf(host, group))
  }
  const minutes = (performance.now() - startedAt) / 60_000
  const measured: Measured[] = []
  for (const [index, peer] of PEERS.entries()) {
    const used = (await processorMs(host, peer.group)) - (before[index] ?? 0)
    const byPss = (samples[index] ?? []).toSorted((a, b) => a.pss - b.pss)
    const typical = byPss[Math.floor(byPss.length / 2)]
    const highest = byPss.at(-1)
    if (typical === undefined || highest === undefined) throw new Error('no sample was taken')
    const exposure = await Promise.all(peer.units.map((unit) => exposureOf(host, `${unit}.service`)))
    measured.push({ peer, typical, highest, msPerMinute: used / minutes, exposure })
  }
  return measured
}

/** Restarts with the cable pulled: seconds from putting it back until the collector knows that the need is over. */
async function clearedAfter(host: TestHost, collector: ReachableCollector): Promise<number> {
  await host.must('DEBIAN_FRONTEND=noninteractive apt-get -y -q --no-download install --reinstall dbus')
  await waitFor(collector, 'restart-required')
  await host.shutDown()
  await host.network('down')
  await host.start()
  await sleep(20_000)
  const startedAt = performance.now()
  await host.network('up')
  await waitFor(collector, 'ok')
  return (performance.now() - startedAt) / 1_000
}

async function waitFor(collector: ReachableCollector, state: string): Promise<void> {
  const endMs = performance.now() + WAIT_MS_MAX
  while ((await collector.server())?.state !== state) {
    if (performance.now() > endMs) throw new Error(`not within ${WAIT_MS_MAX / 1_000} s: ${state}`)
    await sleep(50)
  }
}

function table(measured: readonly Measured[]): string {
  const mb = (kb: number): string => (kb / 1_000).toFixed(1)
  const rows = measured.map(({ peer, typical, highest, msPerMinute, exposure }) => {
    const memory = [typical.rss, typical.pss, typical.anonymous, highest.pss].map(mb)
    const cells = [peer.name, typical.processes, ...memory, msPerMinute.toFixed(0), exposure.join(', ')]
    return `| ${cells.join(' | ')} |`
  })
  const heads = [
    'service',
    'processes',
    'RSS, MB',
    'PSS, MB',
    'anonymous, MB',
    'highest PSS, MB',
    'CPU, ms a minute',
    'exposure',
  ]
  return [`| ${heads.join(' | ')} |`, `|${'---|'.repeat(heads.length)}`, ...rows].join('\n')
}

async function prove(): Promise<void> {
  say('making the tree ...')
  const packages = [...PACKAGES, 'prometheus-node-exporter', 'zabbix-agent']
  const base = await debianTree({ packages, downloaded: DOWNLOADED })
  const host = await bootHost({ name: 'peers', base })
  try {
    const collector = await ReachableCollector.start(directory)
    try {
      const installSeconds = await installTimed(host, collector)
      say(`installed in ${installSeconds.toFixed(1)} s; settling, then ${MINUTES} min at rest ...`)
      await sleep(SETTLE_MS)
      const measured = await atRest(host)
      const clearedSeconds = await clearedAfter(host, collector)
      console.log(`${cpus().length} cores, ${cpus()[0]?.model ?? 'unknown processor'}; ${MINUTES} min at rest`)
      console.log(table(measured))
      console.log(`installed in ${installSeconds.toFixed(1)} s`)
      console.log(`cleared ${clearedSeconds.toFixed(1)} s after the network was up`)
    } finally {
      await collector.stop()
    }
  } finally {
    await host.close()
  }
}

try {
  await prove()
} finally {
  rmSync(directory, { recursive: true, force: true })
}
