// From words to a command, and from what goes wrong to words and an exit code.
import { nearest } from '../../shared/nearest.ts'
import { CliError } from './cli-error.ts'
import { readInvocation } from './command.ts'
import { COMMANDS, overview } from './commands.ts'
import { EXIT, type Io } from './io.ts'
import { printText, tell } from './print.ts'
import { safeJson, visibleLines } from './visible.ts'

/** Rejects only for what is a fault of this program. */
export async function runCommandLine(args: readonly string[], io: Io): Promise<number> {
  const [name, ...rest] = args
  if (name === undefined) {
    await tell(io, overview())
    return EXIT.usage
  }
  if (name === 'help' || name === '--help' || name === '-h') return await help(rest[0], io)
  if (name === '--version') return await run('version', rest, io)
  if (rest.some((word) => word === '--help' || word === '-h')) return await help(name, io)
  return await run(name, rest, io)
}

async function run(name: string, args: readonly string[], io: Io): Promise<number> {
  const entry = entryOf(name)
  if (entry === null) return await unknownCommand(name, io)
  try {
    const command = await entry.load()
    return await command.run(readInvocation(args, command, io))
  } catch (error) {
    if (!(error instanceof CliError)) throw error
    await explain(error, name, args.includes('--json'), io)
    return error.exitCode
  }
}

async function help(name: string | undefined, io: Io): Promise<number> {
  const entry = name === undefined ? null : entryOf(name)
  if (name !== undefined && entry === null) return await unknownCommand(name, io)
  await printText(io, entry === null ? overview() : (await entry.load()).help)
  return EXIT.done
}

function entryOf(name: string) {
  return (Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined) ?? null
}

async function unknownCommand(name: string, io: Io): Promise<number> {
  const guess = nearest(name, [...Object.keys(COMMANDS), 'help'])
  await tell(
    io,
    visibleLines(`overdue: "${name}" is not a command.${guess === null ? '' : ` Did you mean "${guess}"?`}`),
  )
  await tell(io, '"overdue help" lists them all.')
  return EXIT.usage
}

async function explain(error: CliError, name: string, isJson: boolean, io: Io): Promise<void> {
  if (isJson) return await tell(io, safeJson(error.document))
  await tell(io, visibleLines(`overdue ${name}: ${error.message}`))
  if (error.name === 'UsageError') await tell(io, `"overdue help ${name}" shows examples.`)
}
