// The closed list of commands that may ever run, each with a decision record. The resident agent runs none of them:
// one-shot scans do, and a recorded host answers them from files.

const MIB = 1024 * 1024
/** Of a command that says nothing else. */
const USUAL = { timeoutMs: 10_000, outputBytesMax: 8 * MIB } as const
/**
 * 20,000 rules with 60,000 elements take nft 2 s of a processor, ten times that on a busy host, and 8 MB; for far more it
 * takes more memory itself than the scan's unit has.
 */
const RULES = { timeoutMs: 20_000, outputBytesMax: 24 * MIB } as const

/** Nobody waits for it: working out 100 upgrades takes 5 s of a busy processor. */
const APT = { timeoutMs: 60_000, outputBytesMax: 8 * MIB } as const

export const COMMANDS = {
  'ip-address': { path: '/usr/sbin/ip', args: ['-j', 'address'], recording: 'ip-address.json', ...USUAL },
  'ip-route': {
    path: '/usr/sbin/ip',
    args: ['-j', 'route', 'show', 'table', 'all'],
    recording: 'ip-route.json',
    ...RULES,
  },
  ss: { path: '/usr/bin/ss', args: ['-Htulnpe'], recording: 'ss.txt', ...USUAL },
  // Simulated, so it takes no lock and changes nothing; what it reads is as old as the last `apt-get update`.
  'apt-simulate': { path: '/usr/bin/apt-get', args: ['-s', 'dist-upgrade'], recording: 'apt-simulate.txt', ...APT },
  'apt-config': { path: '/usr/bin/apt-config', args: ['dump'], recording: 'apt-config.txt', ...USUAL },
  // The names, when each was installed, and the versions: no network, no lock.
  rpm: {
    path: '/usr/bin/rpm',
    args: ['-qa', '--qf', '%{NAME} %{INSTALLTIME} %{VERSION}-%{RELEASE}\\n'],
    recording: 'rpm-installtime.txt',
    ...APT,
  },
  'rpm-ostree': {
    path: '/usr/bin/rpm-ostree',
    args: ['status', '--json'],
    recording: 'rpm-ostree-status.json',
    ...USUAL,
  },
  bootc: { path: '/usr/bin/bootc', args: ['status', '--json'], recording: 'bootc-status.json', ...USUAL },
  'livepatch-status': {
    path: '/snap/bin/canonical-livepatch',
    args: ['status', '--format', 'json'],
    recording: 'livepatch-status.json',
    ...USUAL,
  },
  // Its exit status is the answer.
  'livepatch-kernel-upgrade-required': {
    path: '/snap/bin/canonical-livepatch',
    args: ['kernel-upgrade-required'],
    recording: 'livepatch-kernel-upgrade-required.txt',
    ...USUAL,
  },
  nft: { path: '/usr/sbin/nft', args: ['-j', 'list', 'ruleset'], recording: 'nft.json', ...RULES },
  'nft-terse': { path: '/usr/sbin/nft', args: ['-t', 'list', 'ruleset'], recording: 'nft-terse.txt', ...RULES },
  'iptables-nft-save': {
    path: '/usr/sbin/iptables-nft-save',
    args: [],
    recording: 'iptables-nft-save.txt',
    ...RULES,
  },
  'ip6tables-nft-save': {
    path: '/usr/sbin/ip6tables-nft-save',
    args: [],
    recording: 'ip6tables-nft-save.txt',
    ...RULES,
  },
  'iptables-legacy-save': {
    path: '/usr/sbin/iptables-legacy-save',
    args: [],
    recording: 'iptables-legacy-save.txt',
    ...RULES,
  },
  'ip6tables-legacy-save': {
    path: '/usr/sbin/ip6tables-legacy-save',
    args: [],
    recording: 'ip6tables-legacy-save.txt',
    ...RULES,
  },
} as const

export type HostCommand = keyof typeof COMMANDS
