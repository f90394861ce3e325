// TOML as people wrote it, with errors that say where.
import { parse, TomlError } from 'smol-toml'
import { ConfigError } from './config-error.ts'

/** Top-level table of `text`. Throws ConfigError with the line; the values are unchecked. */
export function parseTomlFile(path: string, text: string): Record<string, unknown> {
  try {
    return parse(text)
  } catch (error) {
    if (!(error instanceof TomlError)) throw error
    const value = text.split('\n')[error.line - 1] ?? ''
    throw new ConfigError({ origin: path, key: `line ${error.line}`, value, fix: error.message.split('\n')[0] ?? '' })
  }
}
