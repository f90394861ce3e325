// What a load of agents sends: each server has its secret, each report of it flips the flag and is about 1.5 KB.
import { createHash } from 'node:crypto'
import { rootDigest, sectionDigest } from '../../shared/digest.ts'
import { formatSecret } from '../../shared/secret.ts'

export type LoadServer = { id: string; authorization: string }

/** Made from the number alone: the one who enrols and the one who sends need not tell each other. */
export function secretOf(n: number): string {
  return createHash('sha256').update(`bench ${n}`).digest('base64url')
}

export function loadServer(id: string, n: number): LoadServer {
  return { id, authorization: `Bearer ${formatSecret('ovds', id, secretOf(n))}` }
}

const HOST = {
  name: 'server.example.net',
  os: { id: 'debian', versionId: '13', prettyName: 'Debian GNU/Linux 13 (trixie)' },
  architecture: 'x86_64',
  virtualization: { kind: 'vm', name: 'kvm' },
  addresses: [{ interface: 'eth0', family: 4, address: '192.0.2.10', prefixLength: 24, scope: 'global' }],
  machineId: '0123456789abcdef0123456789abcdef',
  inventory: null,
  application: 'shop',
  environment: 'prod',
  tags: { rack: 'a1' },
  agentVersion: '0.1.0',
  heartbeatMs: null,
}
const BOOT = {
  kernelBootId: '8a1f4f0e-6c1d-4b3e-9d5b-0c5d6f7a8b9c',
  runMarker: 'f'.repeat(32),
  bootedAt: '2026-11-01T00:00:00Z',
}
const RELEASE = '6.12.41+deb13-amd64'
const KERNEL = {
  running: { release: RELEASE, packageVersion: '6.12.41-1' },
  installed: [{ release: RELEASE, package: `linux-image-${RELEASE}`, packageVersion: '6.12.41-1' }],
  bootDefault: RELEASE,
  newestInstalled: null,
}

function sentinel(present: boolean) {
  return {
    present,
    stale: false,
    packages: present ? ['libssl3', 'linux-base'] : [],
    packagesProblem: null,
    text: present ? '*** System restart required ***' : null,
    sources: present ? ['/run/reboot-required'] : [],
    since: present ? { uptimeMs: 40_000, quality: 'exact' } : null,
  }
}

function section(value: unknown) {
  const said = { outcome: 'observed', reason: null, value }
  return { digest: sectionDigest(said), readAgoMs: 3, ...said }
}

const TAILS = [false, true].map((present) => {
  const sections = {
    host: section(HOST),
    boot: section(BOOT),
    sentinel: section(sentinel(present)),
    kernel: section(KERNEL),
  }
  const root = rootDigest(Object.fromEntries(Object.entries(sections).map(([name, { digest }]) => [name, digest])))
  return `"root":${JSON.stringify(root)},"sections":${JSON.stringify(sections)}}`
})

/** The report with number `seq` of a server; odd and even ones differ in the flag. ASCII only: as many bytes as characters. */
export function reportBody(seq: number): string {
  return `{"proto":1,"instance":"${'d'.repeat(32)}","seq":${seq},"uptimeMs":${100_000 + seq},${TAILS[seq % 2]}`
}
