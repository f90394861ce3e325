// os-release(5): shell-like assignments, e.g. PRETTY_NAME="Debian GNU/Linux 12 (bookworm)".
import type { HostSection } from '../../shared/sections/host.ts'
import { plainText } from './text.ts'

export function parseOsRelease(text: string): HostSection['os'] {
  const fields = new Map<string, string>()
  for (const line of text.split('\n')) {
    // Blanks at the end are taken off first: an expression that also looks for them needs minutes for a long line.
    const match = /^([A-Z_][A-Z0-9_]*)=(.*)$/.exec(line.trimEnd())
    if (match !== null) fields.set(match[1] ?? '', unquoted(match[2] ?? ''))
  }
  const field = (name: string) => {
    const value = fields.get(name)
    return value === undefined || value === '' ? null : plainText(value)
  }
  return { id: field('ID'), versionId: field('VERSION_ID'), prettyName: field('PRETTY_NAME') }
}

function unquoted(value: string): string {
  const quote = value[0]
  if ((quote !== '"' && quote !== "'") || !value.endsWith(quote) || value.length < 2) return value
  const inner = value.slice(1, -1)
  return quote === "'" ? inner : inner.replace(/\\(["$`\\])/g, '$1')
}
