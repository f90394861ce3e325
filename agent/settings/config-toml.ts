// TOML as people wrote it, with errors that say where.
import { parse, TomlError } from 'smol-toml'
import { ConfigError } from './config-error.ts'

/** Top-level table of `text`. Throws ConfigError with the number of the line: its text may hold a key or a password. */
export function parseTomlFile(path: string, text: string): Record<string, unknown> {
  try {
    return parse(text)
  } catch (error) {
    if (!(error instanceof TomlError)) throw error
    throw new ConfigError({ origin: path, key: `line ${error.line}`, fix: error.message.split('\n')[0] ?? '' })
  }
}
