// Settings of the collector: flags win over the environment, the environment over collector.toml. Whatever cannot be
// used stops the start with the key, the value and the fix; nothing is guessed.
import { readFileSync } from 'node:fs'
import { createSecureContext } from 'node:tls'
import { parse as parseToml, TomlError } from 'smol-toml'
import { parsePolicy } from '../shared/judgement/parse-policy.ts'
import { DEFAULT_POLICY, type Policy } from '../shared/judgement/policy.ts'
import { formatListenAddress, isLoopback, parseListenAddress, type ListenAddress } from './api/listen-address.ts'
import { checkReach, type ReachConfig } from './config-reach.ts'
import { readExploitedList } from './exploited/exploited-file.ts'
import { SETTINGS, type ConfigFault, type RawConfig, type SettingKey } from './config-settings.ts'

export const DEFAULT_CONFIG_FILE = '/etc/overdue/collector.toml'

/** Checked and ready to use. */
export type CollectorConfig = ReachConfig & {
  listen: ListenAddress
  /** As people and agents reach the collector, without a trailing slash; null: only as `listen` says. */
  publicUrl: string | null
  /** PEM texts as read at start, and where they came from, to be read again. */
  tls: { cert: string; key: string; files?: { cert: string; key: string } } | null
  dataDir: string
  /** A file of what is known to be exploited, as CISA publishes it; absent or null: there is none. */
  knownExploitedFile?: string | null
  /** Seeds the store once; afterwards the store's own policy counts. */
  policy: Policy
}

export class ConfigError extends Error {
  override readonly name = 'ConfigError'
  readonly faults: readonly ConfigFault[]
  constructor(faults: readonly ConfigFault[]) {
    super(faults.map(faultText).join('\n'))
    this.faults = faults
  }
}

function faultText(fault: ConfigFault): string {
  const { key, value, fix } = fault
  return `${key}${'value' in fault ? ` = ${printed(value)}` : ''}: ${fix}`
}

/** Without what may be a password: everything before the last "@" of an address, however badly the rest is written. */
function printed(value: unknown): string {
  const shown = typeof value === 'string' ? value.replace(/^([a-z][a-z0-9+.-]*:\/\/).*@/is, '$1***@') : value
  return JSON.stringify(shown) ?? 'undefined'
}

/** A file that the start needs cannot be read. */
export class UnreadableFileError extends Error {
  override readonly name = 'UnreadableFileError'
}

export type ConfigSources = {
  flags: Partial<Record<SettingKey, string | boolean | undefined>>
  environment: Readonly<Record<string, string | undefined>>
  /** Text of collector.toml and its name for messages; null: there is none. */
  file: { name: string; text: string } | null
}

/** Reads collector.toml: `named` must exist, the default one may be missing. Throws UnreadableFileError. */
export function readConfigFile(named: string | undefined): ConfigSources['file'] {
  const name = named ?? DEFAULT_CONFIG_FILE
  try {
    return { name, text: readFileSync(name, 'utf8') }
  } catch (error) {
    if (named === undefined && (error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw new UnreadableFileError(`Cannot read the configuration file ${name}: ${reason(error)}.`, { cause: error })
  }
}

/** Merges and checks; reads the TLS files. Throws ConfigError with every fault found, or UnreadableFileError. */
export function loadConfig(sources: ConfigSources): CollectorConfig {
  const faults: ConfigFault[] = []
  const raw = merge(sources, faults)
  const config = check(raw, faults)
  if (config === null || faults.length > 0) throw new ConfigError(faults)
  return config
}

function merge({ flags, environment, file }: ConfigSources, faults: ConfigFault[]): RawConfig {
  const fromFile = file === null ? { settings: {}, policy: undefined } : parseFile(file, faults)
  const settings: RawConfig['settings'] = {}
  for (const [key, { variable, kind, default: fallback }] of settingEntries()) {
    const named = environment[variable]
    const fromEnvironment = named !== undefined && kind === 'switch' ? toSwitch(named) : named
    settings[key] = flags[key] ?? fromEnvironment ?? fromFile.settings[key] ?? fallback
  }
  return { settings, policy: fromFile.policy }
}

function parseFile(file: { name: string; text: string }, faults: ConfigFault[]): RawConfig {
  const table = parseTable(file)
  const { policy, ...top } = table
  const flat = flatten(top, faults)
  for (const key of Object.keys(flat)) {
    if (!Object.hasOwn(SETTINGS, key)) faults.push({ key, fix: `this key is not known; ${suggestion(key)}` })
  }
  return { settings: flat, policy }
}

/** The keys of the known tables, each as TABLE.KEY. */
function flatten(top: Record<string, unknown>, faults: ConfigFault[]): Record<string, unknown> {
  const flat = Object.entries(top).flatMap(([key, value]): [string, unknown][] => {
    const keys = Object.keys(SETTINGS).filter((known) => known.startsWith(`${key}.`))
    if (keys.length === 0) return [[key, value]]
    if (isTable(value)) return Object.entries(value).map(([name, inner]) => [`${key}.${name}`, inner])
    faults.push({ key, value, fix: `write a table [${key}]; known in it are ${keys.join(', ')}` })
    return []
  })
  return Object.fromEntries(flat)
}

function parseTable(file: { name: string; text: string }): Record<string, unknown> {
  try {
    return parseToml(file.text)
  } catch (error) {
    // The message goes on with the lines around the fault, and what they hold.
    const line = error instanceof TomlError ? `line ${error.line}: ` : ''
    throw new ConfigError([
      { key: file.name, value: 'not TOML', fix: `${line}${reason(error).split('\n', 1)[0] ?? ''}` },
    ])
  }
}

function check({ settings, policy }: RawConfig, faults: ConfigFault[]): CollectorConfig | null {
  const text = (key: SettingKey) => textOf(key, settings[key], faults)
  const listenText = text('listen')
  const listen = parseListenAddress(listenText ?? '')
  if (listenText !== null && listen === null) {
    faults.push({
      key: 'listen',
      value: listenText,
      fix: 'write HOST:PORT, e.g. "127.0.0.1:8480"; port 0 is any free one',
    })
  }
  const publicUrl = checkPublicUrl(text('publicUrl'), faults)
  const dataDir = text('dataDir')
  const files = { cert: text('tls.certFile'), key: text('tls.keyFile') }
  const plain = settings.allowPlainHttp
  if (typeof plain !== 'boolean') faults.push({ key: 'allowPlainHttp', value: plain, fix: 'write true or false' })
  if (listen !== null) requireTlsBeyondLoopback(listen, files, plain === true, faults)
  const tls = readTls(files, faults)
  const reach = checkReach(settings, faults)
  if (listen === null || dataDir === null) return null
  const knownExploitedFile = checkExploitedFile(text('knownExploited.file'), faults)
  return { listen, publicUrl, tls, ...reach, dataDir, knownExploitedFile, policy: checkPolicy(policy, faults) }
}

function checkPolicy(raw: unknown, faults: ConfigFault[]): Policy {
  const { policy, errors } = parsePolicy(raw)
  if (policy !== null) return policy
  for (const { path: _path, ...fault } of errors) faults.push(fault)
  return DEFAULT_POLICY
}

function checkPublicUrl(value: string | null, faults: ConfigFault[]): string | null {
  if (value === null) return null
  const url = URL.canParse(value) ? new URL(value) : null
  const isPlain = url !== null && url.search === '' && url.hash === '' && url.username === '' && url.pathname === '/'
  if (isPlain && (url.protocol === 'https:' || url.protocol === 'http:')) return url.origin
  faults.push({ key: 'publicUrl', value, fix: 'write scheme and host alone, e.g. "https://overdue.example.org"' })
  return null
}

type TlsPaths = { cert: string | null; key: string | null }

/** Reports name every unpatched server of a fleet, so they do not cross a network in the clear by accident. */
function requireTlsBeyondLoopback(listen: ListenAddress, files: TlsPaths, plain: boolean, faults: ConfigFault[]): void {
  if (isLoopback(listen) || plain || files.cert !== null) return
  faults.push({
    key: 'listen',
    value: formatListenAddress(listen),
    fix: 'beyond this machine it takes tls.certFile and tls.keyFile, or allowPlainHttp = true behind a proxy that does TLS',
  })
}

function readTls(files: TlsPaths, faults: ConfigFault[]): CollectorConfig['tls'] {
  if (files.cert === null && files.key === null) return null
  if (files.cert === null) faults.push({ key: 'tls.certFile', value: null, fix: 'tls.keyFile is set: set this, too' })
  if (files.key === null) faults.push({ key: 'tls.keyFile', value: null, fix: 'tls.certFile is set: set this, too' })
  if (files.cert === null || files.key === null) return null
  const tls = { cert: readPem('tls.certFile', files.cert), key: readPem('tls.keyFile', files.key) }
  try {
    createSecureContext(tls)
    return { ...tls, files: { cert: files.cert, key: files.key } }
  } catch (error) {
    const fix = `this certificate and ${files.key} cannot be used together (${reason(error)}); write two PEM files of one pair`
    faults.push({ key: 'tls.certFile', value: files.cert, fix })
    return null
  }
}

function readPem(key: SettingKey, path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    throw new UnreadableFileError(`Cannot read ${key} = "${path}": ${reason(error)}.`, { cause: error })
  }
}

/** Read again when the collector starts: here only so that a bad one stops the start with all other faults. */
function checkExploitedFile(path: string | null, faults: ConfigFault[]): string | null {
  if (path === null) return null
  try {
    readExploitedList(path)
  } catch (error) {
    const fix = `${reason(error)}; write the path of a list in the JSON form of CISA's catalog, or leave the key out`
    faults.push({ key: 'knownExploited.file', value: path, fix })
  }
  return path
}

function textOf(key: SettingKey, value: unknown, faults: ConfigFault[]): string | null {
  if (value === null || value === undefined) return null
  if (typeof value === 'string' && value !== '') return value
  faults.push({ key, value, fix: 'write a text that is not empty' })
  return null
}

/** Anything else than the two words is left as it is, for the check to name. */
function toSwitch(text: string): unknown {
  return text === 'true' ? true : text === 'false' ? false : text
}

function suggestion(key: string): string {
  return `known are ${[...Object.keys(SETTINGS), 'policy'].join(', ')}${key.startsWith('policy') ? ' (a table)' : ''}`
}

function settingEntries(): [SettingKey, (typeof SETTINGS)[SettingKey]][] {
  return Object.entries(SETTINGS) as [SettingKey, (typeof SETTINGS)[SettingKey]][]
}

function isTable(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === 'object' && !Array.isArray(value) && !(value instanceof Date)
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
