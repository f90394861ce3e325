// From a command line to a command and its exit code. The only place that turns an error into words on standard error.
import { nearest } from '../../shared/nearest.ts'
import { COMMANDS, type Command } from './table.ts'
import { type CommandIo, EXIT, UsageError } from './io.ts'

/** Errors that are the caller's to mend: their message says how, and a stack would hide it. */
const USAGE_ERRORS = new Set(['UsageError', 'ConfigError'])
const CREDENTIAL_ERROR = 'CredentialError'

export async function dispatch(argv: readonly string[], io: CommandIo): Promise<number> {
  try {
    const { command, rest } = findCommand(argv)
    if (rest.some((flag) => flag === '--help' || flag === '-h')) return await help([command.name], io)
    const run = await command.load()
    return await run(rest, io)
  } catch (error) {
    return explain(error, io)
  }
}

function findCommand(argv: readonly string[]): { command: Command; rest: string[] } {
  const [first = 'help'] = argv
  const named =
    first === '--version' || first === '-V' ? 'version' : first === '--help' || first === '-h' ? 'help' : null
  const words = named === null ? argv : [named, ...argv.slice(1)]
  const command =
    COMMANDS.find(({ name }) => matches(name, words)) ?? (words.length === 0 ? commandNamed('help') : null)
  if (command === null) throw new UsageError(unknownCommand(words))
  return { command, rest: words.slice(command.name.split(' ').length) }
}

function matches(name: string, words: readonly string[]): boolean {
  return name.split(' ').every((word, at) => words[at] === word)
}

function commandNamed(wanted: string): Command | null {
  return COMMANDS.find(({ name }) => name === wanted) ?? null
}

function unknownCommand(words: readonly string[]): string {
  const names = COMMANDS.map(({ name }) => name)
  const given = words.slice(0, 2).join(' ')
  const longer = names.find((name) => name.startsWith(`${words[0]} `))
  const near = nearest(given, names) ?? longer ?? nearest(words[0] ?? '', names)
  return near === null
    ? `there is no command "${words[0]}"`
    : `there is no command "${words[0]}"; did you mean "${near}"?`
}

async function help(argv: string[], io: CommandIo): Promise<number> {
  return (await import('./help.ts')).helpOn(COMMANDS)(argv, io)
}

function explain(error: unknown, io: CommandIo): number {
  const { name, message } = error instanceof Error ? error : { name: '', message: String(error) }
  io.stderr.write(`overdue-agent: ${message}\n`)
  if (name === 'UsageError') io.stderr.write('See "overdue-agent help".\n')
  if (USAGE_ERRORS.has(name)) return EXIT.usage
  return name === CREDENTIAL_ERROR ? EXIT.notAuthorised : EXIT.failed
}
