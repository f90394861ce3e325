// What `overdue-collector join-key create` hands out: a bare key, or a bundle that also says where the collector is.
import { type ParsedSecret, parseSecret } from '../../shared/secret.ts'
import { ConfigError } from '../settings/config-error.ts'
import { parsePins, PINS_FIX } from '../delivery/pins.ts'
import { SETTINGS } from '../settings/settings.ts'
import { parseTomlFile } from '../settings/config-toml.ts'

export type JoinKey = {
  /** `ovdj_ID_SECRET`, as it goes into the Authorization header. */
  line: string
  url: string | null
  /** PEM; null: the bundle names none. */
  ca: string | null
  /** Keys of the collector, as in pins.ts. */
  pins: readonly string[]
}

const BUNDLE_KEYS = ['url', 'key', 'ca', 'pins'] as const

/** `origin` names the file in errors. Throws ConfigError; the key itself never gets into its message. */
export function parseJoinKey(origin: string, text: string): JoinKey {
  const bare = text.trim()
  if (isJoinKey(parseSecret(bare))) return { line: bare, url: null, ca: null, pins: [] }
  if (!bare.includes('='))
    throw refusal(origin, 'write the line "ovdj_..." or the bundle that "join-key create" printed')
  return checkBundle(origin, parseTomlFile(origin, text))
}

function checkBundle(origin: string, bundle: Record<string, unknown>): JoinKey {
  const unknown = Object.keys(bundle).find((key) => !(BUNDLE_KEYS as readonly string[]).includes(key))
  if (unknown !== undefined) {
    const fix = `there is no such key; a bundle has ${BUNDLE_KEYS.join(', ')}`
    throw new ConfigError({ origin, key: unknown, value: '...', fix })
  }
  const { key, url, ca, pins = [] } = bundle
  if (typeof key !== 'string' || !isJoinKey(parseSecret(key))) throw refusal(origin, 'write the key "ovdj_..."')
  if (ca !== undefined && (typeof ca !== 'string' || !ca.includes('-----BEGIN CERTIFICATE-----'))) {
    throw new ConfigError({ origin, key: 'ca', value: '...', fix: 'write PEM certificates' })
  }
  const parsed = parsePins(pins)
  if (parsed === null) throw new ConfigError({ origin, key: 'pins', value: pins, fix: PINS_FIX })
  return { line: key, url: url === undefined ? null : checkUrl(origin, url), ca: ca ?? null, pins: parsed }
}

function checkUrl(origin: string, value: unknown): string {
  const checked = SETTINGS.url.check(value)
  if ('fix' in checked) throw new ConfigError({ origin, key: 'url', value, fix: checked.fix })
  return checked.value
}

function isJoinKey(parsed: ParsedSecret | null): boolean {
  return parsed?.kind === 'ovdj'
}

function refusal(origin: string, fix: string): ConfigError {
  return new ConfigError({ origin, key: 'key', value: '(not shown)', fix })
}
