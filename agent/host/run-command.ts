// Runs one of the closed list of commands: literal path and arguments, an empty environment, limits on time and output.
// Imported lazily: the resident agent never gets here.
import { execFile } from 'node:child_process'
import { COMMANDS, type HostCommand } from './commands.ts'
import { HostError, type CommandResult } from './host.ts'
import { toHostError } from './host-errors.ts'

export function runCommand(command: HostCommand): Promise<CommandResult> {
  const { path, args, timeoutMs, outputBytesMax } = COMMANDS[command]
  const options = { env: { LC_ALL: 'C' }, timeout: timeoutMs, maxBuffer: outputBytesMax, cwd: '/' }
  return new Promise((resolve, reject) => {
    execFile(path, args, options, (error, stdout) => {
      if (error === null) resolve({ exitCode: 0, stdout })
      else if (typeof error.code === 'number') resolve({ exitCode: error.code, stdout })
      else if (error.code === 'ERR_CHILD_PROCESS_STDIO_MAXBUFFER') reject(tooLarge(command, outputBytesMax))
      else if (typeof error.signal === 'string')
        reject(new HostError('OTHER', `run ${command}: ended by signal ${error.signal}`))
      else reject(toHostError(`run ${command}`, error))
    })
  })
}

function tooLarge(command: HostCommand, bytesMax: number): HostError {
  return new HostError('TOO-LARGE', `run ${command}: printed more than ${bytesMax} bytes`)
}
