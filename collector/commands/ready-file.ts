// Tells whoever started us that we listen, and where: complete or not there at all.
import { renameSync, writeFileSync } from 'node:fs'
import { CommandError } from './command.ts'

export function writeReadyFile(path: string, ready: { url: string }): void {
  const temporary = `${path}.${process.pid}.tmp`
  try {
    writeFileSync(temporary, `${JSON.stringify(ready)}\n`)
    renameSync(temporary, path)
  } catch (error) {
    throw new CommandError(`Cannot write the ready file ${path}: ${(error as Error).message}.`, { cause: error })
  }
}
