// What `overdue login` leaves: config.toml says which collector to ask, the token beside it is for its owner's eyes only.
import { chmod, mkdir, open, readFile, rename } from 'node:fs/promises'
import { homedir } from 'node:os'
import { dirname, isAbsolute, join } from 'node:path'
import { parse, stringify } from 'smol-toml'
import { CliError } from './cli-error.ts'
import { EXIT, type Io } from './io.ts'

/** What each key must be, in words. */
const KEYS = {
  url: { type: 'string', fix: 'write the address of the collector in quotes' },
  tokenFile: { type: 'string', fix: 'write the path of the token in quotes' },
  caFile: { type: 'string', fix: 'write the path of the certificates in quotes' },
  allowPlainHttp: { type: 'boolean', fix: 'write true or false' },
} as const

export type SavedLogin = { url?: string; tokenFile?: string; caFile?: string; allowPlainHttp?: boolean }

export function configDirectory(environment: Io['environment']): string {
  const base = environment['XDG_CONFIG_HOME']
  // XDG Base Directory Specification: a relative path is to be ignored.
  if (base !== undefined && isAbsolute(base)) return join(base, 'overdue')
  return join(environment['HOME'] ?? homedir(), '.config', 'overdue')
}

export function configPath(environment: Io['environment']): string {
  return join(configDirectory(environment), 'config.toml')
}

/** Empty when nobody logged in. Throws CliError naming file, key and fix. */
export async function readSavedLogin(environment: Io['environment']): Promise<SavedLogin> {
  const path = configPath(environment)
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return ''
    throw new CliError(`${path}: ${String(error)}`, EXIT.usage)
  })
  const table = parsed(path, text)
  for (const [key, value] of Object.entries(table)) {
    if (!isKey(key))
      throw new CliError(`${path}: unknown key "${key}"; known are ${Object.keys(KEYS).join(', ')}.`, EXIT.usage)
    if (typeof value !== KEYS[key].type) throw new CliError(`${path}: ${key}: ${KEYS[key].fix}.`, EXIT.usage)
  }
  return table
}

export async function writeSavedLogin(environment: Io['environment'], login: SavedLogin): Promise<string> {
  const path = configPath(environment)
  await writePrivately(path, `${stringify(login)}\n`)
  return path
}

/** Only the owner can read it, from its first byte on; a crash leaves the old file or the new one. */
export async function writePrivately(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  const temporary = `${path}.new`
  const file = await open(temporary, 'w', 0o600)
  try {
    await chmod(temporary, 0o600)
    await file.writeFile(text)
    await file.sync()
  } finally {
    await file.close()
  }
  await rename(temporary, path)
}

function parsed(path: string, text: string): Record<string, unknown> {
  try {
    return parse(text)
  } catch (error) {
    const [first] = (error instanceof Error ? error.message : String(error)).split('\n')
    throw new CliError(`${path}: ${first}`, EXIT.usage)
  }
}

function isKey(key: string): key is keyof typeof KEYS {
  return Object.hasOwn(KEYS, key)
}

function codeOf(error: unknown): string | null {
  return error instanceof Error && 'code' in error ? String(error.code) : null
}
