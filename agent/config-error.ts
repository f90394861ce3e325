/** A setting that cannot be used: where it stands, which one, what it says, and what to write instead. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
  constructor(setting: { origin: string; key: string; value: unknown; fix: string }) {
    const { origin, key, value, fix } = setting
    super(`${origin}: ${key} = ${printed(value)}: ${fix}`)
  }
}

const PRINTED_LENGTH_MAX = 200

function printed(value: unknown): string {
  const text = value === undefined ? '(nothing)' : JSON.stringify(value)
  return text.length <= PRINTED_LENGTH_MAX ? text : `${text.slice(0, PRINTED_LENGTH_MAX)}...`
}
