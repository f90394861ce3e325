// A report in which every field of the protocol holds something.
import { observed } from '../../shared/sections/section.ts'
import type { Report } from '../../shared/protocol/report.ts'
import { quietHost, type ReportBuilder } from './report-builder.ts'

const SEEN = { uptimeMs: 1_000_000, quality: 'observed' } as const

export function fullReport(builder: ReportBuilder): Report {
  const { state } = builder
  builder.raiseFlag(['linux-image-6.1.0-31-amd64', 'libssl3'])
  state.host = observed({
    ...quietHost('full'),
    addresses: [{ interface: 'eth0', family: 4, address: '192.0.2.7', prefixLength: 24, scope: 'global' }],
    machineId: 'b'.repeat(32),
    inventory: {
      manufacturer: 'QEMU',
      model: 'Standard PC',
      hypervisor: 'kvm',
      cpu: { model: 'EPYC', cores: 4 },
      memoryBytes: 8e9,
      disks: [{ name: 'vda', model: null, sizeBytes: 1e11 }],
    },
    application: 'shop',
    environment: 'prod',
    tags: { role: 'web' },
    heartbeatMs: 600_000,
  })
  state.kernel = observed({
    running: { release: '6.1.0-30-amd64', packageVersion: '6.1.124-1' },
    installed: [{ release: '6.1.0-31-amd64', package: 'linux-image-6.1.0-31-amd64', packageVersion: '6.1.128-1' }],
    bootDefault: '6.1.0-31-amd64',
    newestInstalled: SEEN,
  })
  state.listeners = observed([
    {
      protocol: 'tcp',
      family: 4,
      address: '0.0.0.0',
      port: 443,
      verdict: 'filtered',
      reason: 'declared',
      unit: 'nginx.service',
      container: 'shop',
      via: 'dnat',
      rule: 'tcp dport 443 accept',
      share: 0.9953,
      declared: { by: 'ports', judged: 'exposed', why: 'behind the balancer', expires: '2027-06-30', isExpired: false },
    },
    { protocol: 'udp', family: 6, address: '::1', port: 323, verdict: 'filtered', reason: 'loopback-bind' },
  ])
  state.packages = observed(['libssl3:amd64=3.0.17-1~deb12u2', 'openssl:amd64=3.0.17-1~deb12u2 hold'])
  state.processes = observed({
    outdated: [
      {
        pids: [4711, 4712],
        more: 3,
        unit: 'nginx.service',
        container: 'shop',
        command: 'nginx',
        user: 'www-data',
        packages: ['libssl3'],
        files: ['/usr/lib/x86_64-linux-gnu/libssl.so.3'],
        remedy: 'restart',
        isLocal: true,
      },
    ],
    count: 5,
    missing: 'some processes could not be read',
  })
  const at = { uptimeMs: 1_000_000, hostTime: '2026-11-22T04:46:16.000Z' }
  state.components = observed({
    components: [{ name: 'ruby', version: '3.2.2', source: 'language-manager', path: '/opt/rubies/ruby-3.2.2' }],
    missing: 'no scan of the processes has answered yet',
  })
  state.updates = observed({
    runs: [
      {
        at,
        by: { kind: 'user', user: 'anna' },
        command: 'apt-get upgrade',
        error: 'Sub-process /usr/bin/dpkg returned an error code (1)',
        isInterrupted: true,
        changes: [
          { package: 'libssl3:amd64', from: '3.0.16-1~deb12u1', to: '3.0.17-1~deb12u2', action: 'upgrade' },
          { package: 'telnet:amd64', from: '0.17-42', to: null, action: 'purge' },
        ],
        more: 3,
      },
    ],
    pending: {
      total: 2,
      security: 1,
      held: 1,
      phased: 1,
      packages: [{ package: 'curl', from: '7.88.1-10', to: '7.88.1-10+deb12u14', isSecurity: true }],
      listsAt: at,
    },
    unattendedUpgrades: {
      enabled: true,
      health: 'stalled',
      why: 'no scheduled run has succeeded for more than 48 hours',
      lastRunAt: at,
      automaticReboot: true,
      automaticRebootTime: '02:00',
    },
    fixes: [
      {
        package: 'libssl3:amd64',
        from: '3.0.16-1~deb12u1',
        to: '3.0.17-1~deb12u2',
        cves: ['CVE-2025-9230'],
        more: 1,
        missing: 'its changelog begins with 3.0.17-1~deb12u1: older entries were removed',
        isInThisBoot: true,
      },
    ],
    missing: { runs: 'for a test', pending: 'for a test', unattendedUpgrades: 'for a test', fixes: 'for a test' },
  })
  return builder.whole({ sentAt: '2026-11-22T12:00:00Z', reason: 'deploy' })
}
