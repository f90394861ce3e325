// From what people wrote (flags, environment, agent.toml) to what the agent uses. Three shapes: the sources as read, the
// raw settings with the place each came from, the checked configuration. Flags win over environment, environment over file.
import { resolve } from 'node:path'
import { ConfigError } from './config-error.ts'
import { isErrno, readFileIfThere } from '../files/durable-file.ts'
import { isLoopbackHost } from './loopback.ts'
import type { Declarations } from '../probes/declarations.ts'
import type { HostLabels } from '../probes/probe.ts'
import { parseProxy, proxyVariables, type ProxySettings } from '../delivery/proxy.ts'
import { SETTINGS, settingNames, type SettingName, type SettingValue } from './settings.ts'
import { parseTomlFile } from './config-toml.ts'

export const CONFIG_FILE = '/etc/overdue/agent.toml'
const CONFIG_BYTES_MAX = 1024 * 1024
const BACKOFF_MAX_MS = 300_000

export type Environment = Readonly<Record<string, string | undefined>>
/** Flags as given, by their name without dashes; a switch is `true`. */
export type Flags = Readonly<Record<string, string | boolean | undefined>>

export type ConfigSources = {
  flags: Flags
  environment: Environment
  /** Null when the default file is not there. */
  file: { path: string; text: string } | null
}

/** A value nobody has looked at yet, and where to go to change it. */
type RawSetting = { value: unknown; origin: string; key: string }
export type RawConfig = Partial<Record<SettingName, RawSetting>>

export type AgentConfig = {
  /** Address of the collector without a trailing slash; null: as enrolment left it. */
  url: string | null
  caFile: string | null
  /** Keys of the collector, as in pins.ts; null: as enrolment left it; []: any that the certificate check accepts. */
  pins: readonly string[] | null
  proxy: ProxySettings
  allowPlainHttp: boolean
  /** Longest wait between two attempts while the collector cannot be reached, ms. */
  backoffMaxMs: number
  /** What agent.toml says about this server; travels in section `host`. */
  labels: HostLabels
  /** What is declared of the network and its ports; joined to what the host finds out. */
  declarations: Declarations
  /** Which components are told of; null: the usual ones. */
  componentNames: readonly string[] | null
  /** Ask the cloud's metadata service for a public address. */
  asksCloud: boolean
  stateDirectory: string
  runtimeDirectory: string
  factsDirectory: string
  /** Directory of a recorded host that stands for "/"; null: this machine. */
  root: string | null
}

/** Flag names for `util.parseArgs`. */
export function configFlags(): Record<string, { type: 'string' | 'boolean' }> {
  const flags: Record<string, { type: 'string' | 'boolean' }> = { config: { type: 'string' } }
  for (const name of settingNames()) {
    const { flag } = SETTINGS[name]
    if (flag !== null) flags[flag] = { type: isSwitch(name) ? 'boolean' : 'string' }
  }
  return flags
}

export async function readConfigSources(flags: Flags, environment: Environment): Promise<ConfigSources> {
  const named = flags['config'] ?? environment['OVERDUE_CONFIG']
  const path = typeof named === 'string' ? named : CONFIG_FILE
  const text = await readFileIfThere(path, CONFIG_BYTES_MAX).catch((error: unknown) => {
    const fix = isErrno(error, 'EACCES') ? 'make it readable for this user' : String(error)
    throw new ConfigError({ origin: 'configuration', key: 'file', value: path, fix })
  })
  if (text !== null) return { flags, environment, file: { path, text } }
  if (named === undefined) return { flags, environment, file: null }
  throw new ConfigError({
    origin: 'configuration',
    key: 'file',
    value: path,
    fix: 'there is no such file; correct the path',
  })
}

export function mergeConfig({ flags, environment, file }: ConfigSources): RawConfig {
  const raw: RawConfig = file === null ? {} : fileSettings(file)
  for (const name of settingNames()) {
    const { flag, environment: variable } = SETTINGS[name]
    const fromEnvironment = variable === null ? undefined : environment[variable]
    if (fromEnvironment !== undefined)
      raw[name] = { value: fromEnvironment, origin: 'environment', key: variable ?? name }
    if (flag !== null && flags[flag] !== undefined)
      raw[name] = { value: flags[flag], origin: 'command line', key: `--${flag}` }
  }
  return raw
}

/** Throws ConfigError, which names key, value and fix. */
export function checkConfig(raw: RawConfig, environment: Environment): AgentConfig {
  const url = setting(raw, 'url')
  const network = setting(raw, 'network')
  const allowPlainHttp = setting(raw, 'allowPlainHttp') ?? false
  if (url !== null && raw.url !== undefined) requireSafeUrl(url, allowPlainHttp, raw.url)
  const root = setting(raw, 'root')
  refuseSecretArgument(raw)
  return {
    url,
    caFile: setting(raw, 'caFile'),
    pins: setting(raw, 'pins'),
    proxy: { own: setting(raw, 'proxy'), environment: proxyVariables(environment) },
    allowPlainHttp,
    backoffMaxMs: setting(raw, 'backoffMax') ?? BACKOFF_MAX_MS,
    labels: {
      name: setting(raw, 'name'),
      application: setting(raw, 'application'),
      environment: setting(raw, 'environment'),
      tags: setting(raw, 'tags') ?? {},
      heartbeatMs: setting(raw, 'heartbeat'),
    },
    declarations: {
      publicAddresses: network?.publicAddresses ?? [],
      behindNat: network?.behindNat ?? null,
      ports: setting(raw, 'ports') ?? {},
      cloudAddresses: [],
    },
    componentNames: setting(raw, 'components'),
    asksCloud: network?.publicAddress === 'auto',
    // systemd tells a unit where its directories are; several would be separated by colons, ours has one of each.
    stateDirectory: setting(raw, 'stateDirectory') ?? environment['STATE_DIRECTORY'] ?? '/var/lib/overdue-agent',
    runtimeDirectory: setting(raw, 'runtimeDirectory') ?? environment['RUNTIME_DIRECTORY'] ?? '/run/overdue-agent',
    factsDirectory: setting(raw, 'factsDirectory') ?? '/run/overdue/facts',
    root: root === null ? null : resolve(root),
  }
}

export async function loadConfig(flags: Flags, environment: Environment): Promise<AgentConfig> {
  return checkConfig(mergeConfig(await readConfigSources(flags, environment)), environment)
}

/** A credential in clear text over a network is given away: plain HTTP goes to this machine only, or where somebody says so. */
export function requireSafeUrl(url: string, allowPlainHttp: boolean, from: { origin: string; key: string }): void {
  const { protocol, hostname } = new URL(url)
  if (protocol === 'https:' || allowPlainHttp || isLoopbackHost(hostname)) return
  const fix = 'use https://, or set allowPlainHttp = true where something else protects the way'
  throw new ConfigError({ ...from, value: url, fix })
}

/** Everybody on this machine can read the arguments of a process. */
function refuseSecretArgument({ proxy }: RawConfig): void {
  if (proxy?.origin !== 'command line') return
  if ((parseProxy(String(proxy.value))?.authorization ?? null) === null) return
  throw new ConfigError({ ...proxy, fix: 'write an address with a password in agent.toml, or set OVERDUE_PROXY' })
}

function fileSettings({ path, text }: { path: string; text: string }): RawConfig {
  const raw: RawConfig = {}
  for (const [key, value] of Object.entries(parseTomlFile(path, text))) {
    const name = settingNames().find((known) => SETTINGS[known].key === key)
    if (name === undefined) throw new ConfigError({ origin: path, key, fix: unknownKeyFix() })
    raw[name] = { value, origin: path, key }
  }
  return raw
}

function unknownKeyFix(): string {
  const keys = settingNames().flatMap((name) => SETTINGS[name].key ?? [])
  return `there is no such key; remove it or use one of: ${keys.join(', ')}`
}

function setting<N extends SettingName>(raw: RawConfig, name: N): SettingValue<N> | null {
  const given = raw[name]
  if (given === undefined) return null
  const checked = SETTINGS[name].check(given.value)
  if ('fix' in checked) throw new ConfigError({ ...given, fix: checked.fix })
  return checked.value
}

function isSwitch(name: SettingName): boolean {
  const { isSwitch: marked } = SETTINGS[name] as { isSwitch?: boolean }
  return marked === true
}
