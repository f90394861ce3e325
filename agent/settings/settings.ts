// The list of settings: where each may be written, and how its value is checked. `config.ts` merges the places.
// A check returns the value in the type the agent uses, or a sentence that says what to write instead.
import { isAbsolute } from 'node:path'
import { NAME_LENGTH_MAX, TAGS_MAX } from '../../shared/protocol/limits.ts'
import { checkComponents } from './component-names.ts'
import { parseDuration } from './duration.ts'
import { checkNetwork, checkPorts } from './network-settings.ts'
import { isRecord } from '../files/json.ts'
import { parsePins, PINS_FIX } from '../delivery/pins.ts'
import { NO_PROXY_AT_ALL, parseProxy, PROXY_FIX } from '../delivery/proxy.ts'

export type Setting = {
  /** Name in agent.toml; null: a place or switch of one run, not of the file. */
  key: string | null
  /** Null: a table, which only the file can hold. */
  flag: string | null
  environment: string | null
  /** A flag without a value. */
  isSwitch?: boolean
  check(value: unknown): { value: unknown } | { fix: string }
}

const HEARTBEAT_MS_MIN = 1_000
const HEARTBEAT_MS_MAX = 86_400_000
const BACKOFF_MS_MIN = 100
const BACKOFF_MS_MAX = 3_600_000
const TAG_KEY = /^[A-Za-z0-9][A-Za-z0-9._/-]{0,63}$/
const TAG_VALUE_LENGTH_MAX = 255
// oxlint-disable-next-line no-control-regex -- a name is printed on terminals and in logs
const CONTROL_CHARACTERS = /[\u0000-\u001f\u007f]/

export const SETTINGS = {
  url: { key: 'url', flag: 'url', environment: 'OVERDUE_URL', check: checkUrl },
  name: { key: 'name', flag: 'name', environment: 'OVERDUE_NAME', check: checkName },
  application: { key: 'application', flag: 'application', environment: 'OVERDUE_APPLICATION', check: checkName },
  environment: { key: 'environment', flag: 'environment', environment: 'OVERDUE_ENVIRONMENT', check: checkName },
  tags: { key: 'tags', flag: 'tags', environment: 'OVERDUE_TAGS', check: checkTags },
  caFile: { key: 'caFile', flag: 'ca-file', environment: 'OVERDUE_CA_FILE', check: checkPath },
  pins: { key: 'pins', flag: 'pins', environment: 'OVERDUE_PINS', check: checkPins },
  proxy: { key: 'proxy', flag: 'proxy', environment: 'OVERDUE_PROXY', check: checkProxy },
  heartbeat: {
    key: 'heartbeat',
    flag: 'heartbeat',
    environment: 'OVERDUE_HEARTBEAT',
    check: (value) => checkDuration(value, HEARTBEAT_MS_MIN, HEARTBEAT_MS_MAX, '"60s", between 1s and 24h'),
  },
  backoffMax: {
    key: 'backoffMax',
    flag: 'backoff-max',
    environment: 'OVERDUE_BACKOFF_MAX',
    check: (value) => checkDuration(value, BACKOFF_MS_MIN, BACKOFF_MS_MAX, '"5m", between 100ms and 1h'),
  },
  allowPlainHttp: {
    key: 'allowPlainHttp',
    flag: 'allow-plain-http',
    environment: 'OVERDUE_ALLOW_PLAIN_HTTP',
    isSwitch: true,
    check: checkSwitch,
  },
  network: { key: 'network', flag: null, environment: null, check: checkNetwork },
  ports: { key: 'ports', flag: null, environment: null, check: checkPorts },
  components: { key: 'components', flag: 'components', environment: 'OVERDUE_COMPONENTS', check: checkComponents },
  stateDirectory: { key: null, flag: 'state-dir', environment: 'OVERDUE_STATE_DIR', check: checkPath },
  runtimeDirectory: { key: null, flag: 'runtime-dir', environment: 'OVERDUE_RUNTIME_DIR', check: checkPath },
  factsDirectory: { key: null, flag: 'facts-dir', environment: 'OVERDUE_FACTS_DIR', check: checkPath },
  root: { key: null, flag: 'root', environment: null, check: checkAnyPath },
} as const satisfies Record<string, Setting>

export type SettingName = keyof typeof SETTINGS
export type SettingValue<N extends SettingName> = Extract<
  ReturnType<(typeof SETTINGS)[N]['check']>,
  { value: unknown }
>['value']

export function settingNames(): SettingName[] {
  return Object.keys(SETTINGS) as SettingName[]
}

function checkUrl(value: unknown): { value: string } | { fix: string } {
  const url = typeof value === 'string' && URL.canParse(value) ? new URL(value) : null
  if (url === null || !/^https?:$/.test(url.protocol)) {
    return { fix: 'write the address of the collector, such as "https://overdue.example:8480"' }
  }
  if (url.username !== '' || url.password !== '')
    return { fix: 'leave user and password out; the credential has its file' }
  if (url.search !== '' || url.hash !== '') return { fix: 'leave out everything from "?" or "#" on' }
  return { value: url.href.replace(/\/+$/, '') }
}

function checkName(value: unknown): { value: string } | { fix: string } {
  const fix = `write a text of 1 to ${NAME_LENGTH_MAX} characters without control characters`
  if (typeof value !== 'string') return { fix }
  const isGood = value.trim() !== '' && value.length <= NAME_LENGTH_MAX && !CONTROL_CHARACTERS.test(value)
  return isGood ? { value } : { fix }
}

/** A table in the file; "key=value,key=value" elsewhere. */
function checkTags(value: unknown): { value: Record<string, string> } | { fix: string } {
  const entries = typeof value === 'string' ? tagEntries(value) : isRecord(value) ? Object.entries(value) : null
  if (entries === null)
    return { fix: 'write a table of texts, such as { role = "web" }, or role=web,tier=1 outside the file' }
  if (entries.length > TAGS_MAX) return { fix: `keep at most ${TAGS_MAX} tags` }
  for (const [key, text] of entries) {
    if (!TAG_KEY.test(key)) return { fix: `name tag "${key}" with 1 to 64 letters, digits, ".", "_", "/" or "-"` }
    if (typeof text !== 'string' || text.length > TAG_VALUE_LENGTH_MAX || CONTROL_CHARACTERS.test(text)) {
      return { fix: `give tag "${key}" a text of at most ${TAG_VALUE_LENGTH_MAX} characters` }
    }
  }
  return { value: Object.fromEntries(entries) as Record<string, string> }
}

function tagEntries(text: string): [string, string | undefined][] {
  const parts = text.split(',').filter((part) => part.trim() !== '')
  return parts.map((part) => {
    const at = part.indexOf('=')
    return at < 0 ? [part.trim(), undefined] : [part.slice(0, at).trim(), part.slice(at + 1).trim()]
  })
}

function checkPins(value: unknown): { value: string[] } | { fix: string } {
  const pins = parsePins(value)
  return pins === null ? { fix: PINS_FIX } : { value: pins }
}

function checkProxy(value: unknown): { value: string } | { fix: string } {
  if (typeof value !== 'string') return { fix: PROXY_FIX }
  return value === NO_PROXY_AT_ALL || parseProxy(value) !== null ? { value } : { fix: PROXY_FIX }
}

function checkPath(value: unknown): { value: string } | { fix: string } {
  return typeof value === 'string' && isAbsolute(value) ? { value } : { fix: 'write an absolute path' }
}

function checkAnyPath(value: unknown): { value: string } | { fix: string } {
  return typeof value === 'string' && value !== '' ? { value } : { fix: 'name the directory of a recorded host' }
}

function checkDuration(value: unknown, min: number, max: number, say: string): { value: number } | { fix: string } {
  const duration = typeof value === 'string' ? parseDuration(value) : null
  return duration !== null && duration >= min && duration <= max
    ? { value: duration }
    : { fix: `write a duration such as ${say}` }
}

function checkSwitch(value: unknown): { value: boolean } | { fix: string } {
  if (value === true || value === 'true' || value === '1') return { value: true }
  if (value === false || value === 'false' || value === '0') return { value: false }
  return { fix: 'write true or false' }
}
