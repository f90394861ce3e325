// From words to a command and from what goes wrong to an exit code.
import { nearest } from '../../shared/nearest.ts'
import { EXIT, type Io } from './command.ts'
import { COMMANDS, overview } from './index.ts'

/** Errors that say themselves what to do; 2 where the command line or the settings must change. */
const EXIT_BY_ERROR: Readonly<Record<string, number>> = {
  UsageError: EXIT.usage,
  ConfigError: EXIT.usage,
  UnreadableFileError: EXIT.failed,
  StoreError: EXIT.failed,
  CommandError: EXIT.failed,
}

/** Never rejects for anything a person can mend. */
export async function runCommandLine(args: readonly string[], io: Io): Promise<number> {
  const [name, ...rest] = args
  if (name === undefined) {
    io.tell(overview())
    return EXIT.usage
  }
  if (name === 'help' || name === '--help' || name === '-h') return help(rest[0], io)
  if (name === '--version') return runCommandLine(['version', ...rest], io)
  if (rest.some((word) => word === '--help' || word === '-h')) return help(name, io)
  return run(name, rest, io)
}

async function run(name: string, args: readonly string[], io: Io): Promise<number> {
  if (!Object.hasOwn(COMMANDS, name)) return unknownCommand(name, io)
  try {
    const command = await COMMANDS[name]?.load()
    return (await command?.run(args, io)) ?? EXIT.usage
  } catch (error) {
    return explain(error, name, io)
  }
}

async function help(name: string | undefined, io: Io): Promise<number> {
  if (name === undefined) {
    io.out(overview())
    return EXIT.done
  }
  if (!Object.hasOwn(COMMANDS, name)) return unknownCommand(name, io)
  const command = await COMMANDS[name]?.load()
  io.out(command?.help ?? '')
  return EXIT.done
}

function unknownCommand(name: string, io: Io): number {
  const guess = nearest(name, [...Object.keys(COMMANDS), 'help'])
  io.tell(`overdue-collector: "${name}" is not a command.${guess === null ? '' : ` Did you mean "${guess}"?`}`)
  io.tell('"overdue-collector help" lists them all.')
  return EXIT.usage
}

function explain(error: unknown, name: string, io: Io): number {
  const code = error instanceof Error ? EXIT_BY_ERROR[error.name] : undefined
  if (!(error instanceof Error) || code === undefined) throw error
  io.tell(`overdue-collector ${name}: ${error.message}`)
  if (error.name === 'UsageError') io.tell(`"overdue-collector help ${name}" shows examples.`)
  return code
}
