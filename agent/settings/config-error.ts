/**
 * A setting that cannot be used: where it stands, which one, what it says, and what to write instead. What a key nobody
 * knows says is left out: it may be a password that went astray, and this ends in a log.
 */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
  constructor(setting: { origin: string; key: string; value?: unknown; fix: string }) {
    const { origin, key, value, fix } = setting
    const said = 'value' in setting ? ` = ${printed(key, value)}` : ''
    super(`${origin}: ${key}${said}: ${fix}`)
  }
}

const PRINTED_LENGTH_MAX = 200

/** Addresses may hold a user and a password, also where they should not. */
const MAY_HOLD_CREDENTIALS = /url|proxy/i

/** Everything before the last "@" could be a password, however badly the rest is written. */
function withoutCredentials(text: string): string {
  return text.replace(/^([a-z][a-z0-9+.-]*:\/\/)?.*@/is, '$1***@')
}

function printed(key: string, value: unknown): string {
  const shown = typeof value === 'string' && MAY_HOLD_CREDENTIALS.test(key) ? withoutCredentials(value) : value
  const text = shown === undefined ? '(nothing)' : JSON.stringify(shown)
  return text.length <= PRINTED_LENGTH_MAX ? text : `${text.slice(0, PRINTED_LENGTH_MAX)}...`
}
