// The commands of overdue-collector, written out. Each is loaded when it is asked for: `version` needs no server.
import type { Command } from './command.ts'

export const COMMANDS: Readonly<Record<string, { summary: string; load: () => Promise<Command> }>> = {
  serve: {
    summary: 'take reports, judge, show',
    load: async () => (await import('./serve.ts')).serve,
  },
  'check-config': {
    summary: 'say whether the settings can be used',
    load: async () => (await import('./check-config.ts')).checkConfig,
  },
  'join-key': {
    summary: 'let new servers in: create, list, revoke',
    load: async () => (await import('./join-key.ts')).joinKey,
  },
  token: {
    summary: 'let people and programs in: create, list, revoke',
    load: async () => (await import('./token.ts')).token,
  },
  judge: {
    summary: 'the verdict on one server, rule by rule',
    load: async () => (await import('./judge.ts')).judgeCommand,
  },
  backup: {
    summary: 'everything in one file, while it serves',
    load: async () => (await import('./backup.ts')).backup,
  },
  restore: {
    summary: 'put a backup in place; what was revoked stays revoked',
    load: async () => (await import('./restore.ts')).restore,
  },
  demo: {
    summary: 'serve an invented fleet, for trying',
    load: async () => (await import('./demo.ts')).demo,
  },
  version: {
    summary: 'print the version',
    load: async () => (await import('./version.ts')).version,
  },
}

export function overview(): string {
  const lines = Object.entries(COMMANDS).map(([name, { summary }]) => `  ${name.padEnd(14)}${summary}`)
  return `Examples
  overdue-collector serve --data-dir ./data
  overdue-collector token create --role admin --name me --data-dir ./data
  overdue-collector join-key create --bundle join-key.toml --url http://127.0.0.1:8480 --data-dir ./data

Commands
${lines.join('\n')}
  help          this, or "help COMMAND"

Results go to standard output, everything else to standard error.
Exit codes: 0 done, 1 failed, 2 wrong command line or settings, 130 interrupted.`
}
