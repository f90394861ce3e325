// Runs one of the closed list of commands: literal path and arguments, an empty environment, limits on time and output.
// Imported lazily: the resident agent never gets here.
import { execFile } from 'node:child_process'
import { COMMANDS, type HostCommand } from './commands.ts'
import { HostError, type CommandResult } from './host.ts'
import { toHostError } from './host-errors.ts'

const TIMEOUT_MS = 10_000
const OUTPUT_BYTES_MAX = 8 * 1024 * 1024

export function runCommand(command: HostCommand): Promise<CommandResult> {
  const { path, args } = COMMANDS[command]
  const options = { env: { LC_ALL: 'C' }, timeout: TIMEOUT_MS, maxBuffer: OUTPUT_BYTES_MAX, cwd: '/' }
  return new Promise((resolve, reject) => {
    execFile(path, args, options, (error, stdout) => {
      if (error === null) resolve({ exitCode: 0, stdout })
      else if (typeof error.code === 'number') resolve({ exitCode: error.code, stdout })
      else if (error.killed === true) reject(new HostError('OTHER', `run ${command}: ended by signal ${error.signal}`))
      else reject(toHostError(`run ${command}`, error))
    })
  })
}
