// The commands of `overdue`, written out. Each is loaded when it is asked for: `help` needs no HTTP.
import type { Commands } from './command.ts'

export const COMMANDS: Commands = {
  login: {
    summary: 'remember a collector and a token',
    load: async () => (await import('./commands/login.ts')).login,
  },
  summary: {
    summary: 'the fleet in one sentence and a few counts',
    load: async () => (await import('./commands/summary.ts')).summaryCommand,
  },
  apps: {
    summary: 'applications, the worst first',
    load: async () => (await import('./commands/apps.ts')).apps,
  },
  list: {
    summary: 'servers, the most urgent first',
    load: async () => (await import('./commands/list.ts')).list,
  },
  show: {
    summary: 'all that is known of one server, with the evidence',
    load: async () => (await import('./commands/show.ts')).show,
  },
  history: {
    summary: 'what happened, the newest first',
    load: async () => (await import('./commands/history.ts')).history,
  },
  tail: {
    summary: 'what happens, as it happens',
    load: async () => (await import('./commands/tail.ts')).tail,
  },
  refresh: {
    summary: 'ask servers for a fresh report, and wait for their verdicts',
    load: async () => (await import('./commands/refresh.ts')).refresh,
  },
  wait: {
    summary: 'wait until a server was restarted, is clear, or reported',
    load: async () => (await import('./commands/wait.ts')).wait,
  },
  snooze: {
    summary: 'put servers off until a moment, for a reason',
    load: async () => (await import('./commands/snooze.ts')).snooze,
  },
  forget: {
    summary: 'remove servers that are gone',
    load: async () => (await import('./commands/forget.ts')).forget,
  },
  policy: {
    summary: 'when a pending restart becomes stale: show, preview, set',
    load: async () => (await import('./commands/policy.ts')).policy,
  },
  export: {
    summary: 'all servers, or all history, as CSV or JSON',
    load: async () => (await import('./commands/export.ts')).exportAll,
  },
  api: {
    summary: 'one request to the API, as it is',
    load: async () => (await import('./commands/api.ts')).api,
  },
  completion: {
    summary: 'what makes a shell complete these words',
    load: async () => (await import('./commands/completion.ts')).completionOf(COMMANDS),
  },
  version: {
    summary: 'print the version',
    load: async () => (await import('./commands/version.ts')).version,
  },
}

export function overview(): string {
  const lines = Object.entries(COMMANDS).map(([name, { summary }]) => `  ${name.padEnd(12)}${summary}`)
  return `Examples
  overdue login https://overdue.example:8480
  overdue list 'state:restart-required exposure:exposed'
  overdue show web-03

Commands
${lines.join('\n')}
  help        this, or "help COMMAND"

Results go to standard output, everything else to standard error.
Exit codes: 0 done, 1 failed, 2 wrong command line, 4 not authorised, 5 collector unreachable,
6 wait timed out, 7 some of several failed, 130 interrupted.`
}
