// A join key with all that an agent needs to use it, as one TOML file.
import { readFileSync, writeFileSync } from 'node:fs'
import { stringify } from 'smol-toml'
import { CommandError } from './command.ts'

/** `ca`: PEM of the authority behind the collector's certificate, where the system does not know it. */
export type JoinKeyBundle = { url: string; key: string; ca: string | null }

export function bundleText({ url, key, ca }: JoinKeyBundle): string {
  return `${stringify({ url, key, ...(ca === null ? {} : { ca }) })}\n`
}

/** Readable by its owner alone, and never over another file: that one may hold the only copy of another key. */
export function writeBundle(path: string, content: string): void {
  try {
    writeFileSync(path, content, { mode: 0o600, flag: 'wx' })
  } catch (error) {
    const why = (error as NodeJS.ErrnoException).code === 'EEXIST' ? 'it exists; choose another name' : String(error)
    throw new CommandError(`Cannot write the bundle ${path}: ${why}.`, { cause: error })
  }
}

export function readCa(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    throw new CommandError(`Cannot read --ca-file ${path}: ${(error as Error).message}.`, { cause: error })
  }
}
