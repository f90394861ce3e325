// The closed list of commands that may ever run, each with a decision record. The resident agent runs none of them:
// one-shot scans do, and a recorded host answers them from files.

const MIB = 1024 * 1024
/** Of a command that says nothing else. */
const USUAL = { timeoutMs: 10_000, outputBytesMax: 8 * MIB } as const
/** 20,000 rules take 0.85 s and 8 MB; what is far beyond is nobody's ruleset. */
const RULES = { timeoutMs: 5000, outputBytesMax: 64 * MIB } as const

export const COMMANDS = {
  'ip-address': { path: '/usr/sbin/ip', args: ['-j', 'address'], recording: 'ip-address.json', ...USUAL },
  'ip-route': {
    path: '/usr/sbin/ip',
    args: ['-j', 'route', 'show', 'table', 'all'],
    recording: 'ip-route.json',
    ...RULES,
  },
  ss: { path: '/usr/bin/ss', args: ['-Htulnpe'], recording: 'ss.txt', ...USUAL },
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
