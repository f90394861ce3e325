// The closed list of commands that may ever run, each with a decision record. The resident agent runs none of them:
// one-shot scans do, and a recorded host answers them from files.

export const COMMANDS = {
  'ip-address': { path: '/usr/sbin/ip', args: ['-j', 'address'], recording: 'ip-address.json' },
} as const

export type HostCommand = keyof typeof COMMANDS
