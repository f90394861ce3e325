// overdue-agent help [COMMAND]
import { nearest } from '../../shared/nearest.ts'
import { HELP_TEXTS } from './help-texts.ts'
import { EXIT, type RunCommand, UsageError } from './io.ts'

type Listed = { name: string; summary: string }

/** The command that tells of `commands`. */
export function helpOn(commands: readonly Listed[]): RunCommand {
  // oxlint-disable-next-line require-await -- commands are asynchronous, and an unknown topic has to become a rejection
  return async (argv, io) => {
    io.stdout.write(argv.length === 0 ? overview(commands) : topic(argv.join(' ')))
    return EXIT.done
  }
}

function overview(commands: readonly Listed[]): string {
  const width = Math.max(...commands.map(({ name }) => name.length))
  const list = commands.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`).join('\n')
  return `overdue-agent enroll --join-key-file ./join-key.toml
overdue-agent run
overdue-agent status

Tells a collector whether this server needs a restart, and why.

${list}

"overdue-agent help COMMAND" says how to use one.
Exit codes: 0 done, 1 failed, 2 usage, 4 not authorised, 5 collector unreachable, 6 wait timed out.
`
}

function topic(name: string): string {
  const text = HELP_TEXTS[name]
  if (text !== undefined && Object.hasOwn(HELP_TEXTS, name)) return `${text}\n`
  const near = nearest(name, Object.keys(HELP_TEXTS))
  throw new UsageError(`there is no command "${name}"${near === null ? '' : `; did you mean "${near}"?`}`)
}
