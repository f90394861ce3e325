// The [policy] table of collector.toml becomes a Policy, or a list of what is wrong with it: key, value and fix.
import {
  DEFAULT_POLICY,
  KNOWN_EXPLOITED_PRESETS,
  PRESETS,
  type ApplicationPolicy,
  type Policy,
  type PresetName,
  type StaleAfter,
} from './policy.ts'

/**
 * `key` is the path for people, joined by dots; names of applications may hold dots themselves. Without `value` for a key
 * nobody knows: whatever it holds is not to be repeated.
 */
export type PolicyFault = { key: string; path: readonly string[]; value?: unknown; fix: string }
export type ParsedPolicy = { policy: Policy; errors: null } | { policy: null; errors: PolicyFault[] }

const STALE_AFTER_DAYS_MAX = 3_650
const SILENT_AFTER_MS_MIN = 60_000
const DAY_MS = 86_400_000

/** `raw` is what the TOML parser gave for `policy`; undefined: the defaults. */
export function parsePolicy(raw: unknown): ParsedPolicy {
  const table = new Table(raw ?? {}, ['policy'], [])
  const preset = table.preset('preset') ?? DEFAULT_POLICY.preset
  const staleAfter = table.staleAfter('staleAfter', PRESETS[preset]) ?? PRESETS[preset]
  const policy: Policy = {
    preset,
    staleAfter,
    ...table.exploited(preset),
    unknownExposureCounts: table.boolean('unknownExposureCounts') ?? DEFAULT_POLICY.unknownExposureCounts,
    outdatedServiceCounts: table.boolean('outdatedServiceCounts') ?? DEFAULT_POLICY.outdatedServiceCounts,
    silentAfterMs: table.duration('silentAfter', SILENT_AFTER_MS_MIN) ?? DEFAULT_POLICY.silentAfterMs,
    forgetSilentAfterMs: table.duration('forgetSilentAfter', DAY_MS) ?? DEFAULT_POLICY.forgetSilentAfterMs,
    applications: table.applications('applications', staleAfter, preset),
  }
  table.rejectUnknownKeys()
  if (policy.forgetSilentAfterMs <= policy.silentAfterMs) {
    table.fault('forgetSilentAfter', 'must be longer than policy.silentAfter')
  }
  return table.faults.length === 0 ? { policy, errors: null } : { policy: null, errors: table.faults }
}

/** "15m", "14d" in ms; null for anything else. */
export function parseDuration(text: string): number | null {
  const match = /^(\d{1,6})(s|m|h|d)$/.exec(text)
  const unitMs = { s: 1_000, m: 60_000, h: 3_600_000, d: DAY_MS }[match?.[2] ?? '']
  return match === null || unitMs === undefined ? null : Number(match[1]) * unitMs
}

/** Reads a TOML table key by key; remembers which were known, and what was wrong. */
class Table {
  readonly faults: PolicyFault[]
  readonly #values: Readonly<Record<string, unknown>>
  readonly #path: readonly string[]
  readonly #known = new Set<string>()

  constructor(raw: unknown, path: readonly string[], faults: PolicyFault[]) {
    this.faults = faults
    this.#path = path
    this.#values = isTable(raw) ? raw : {}
    if (!isTable(raw)) faults.push({ ...at(path), value: raw, fix: 'must be a table, e.g. [policy]' })
  }

  fault(key: string, fix: string): null {
    this.faults.push({ ...at([...this.#path, key]), value: this.#values[key], fix })
    return null
  }

  rejectUnknownKeys(): void {
    for (const key of Object.keys(this.#values)) {
      if (this.#known.has(key)) continue
      this.faults.push({
        ...at([...this.#path, key]),
        fix: `unknown key; known ones are ${[...this.#known].join(', ')}`,
      })
    }
  }

  preset(key: string): PresetName | null {
    const value = this.#take(key)
    if (value === undefined || isPresetName(value)) return value ?? null
    return this.fault(key, `must be one of ${Object.keys(PRESETS).join(', ')}`)
  }

  boolean(key: string): boolean | null {
    const value = this.#take(key)
    if (value === undefined || typeof value === 'boolean') return value ?? null
    return this.fault(key, 'must be true or false')
  }

  duration(key: string, msMin: number): number | null {
    const value = this.#take(key)
    if (value === undefined) return null
    const ms = typeof value === 'string' ? parseDuration(value) : null
    if (ms !== null && ms >= msMin) return ms
    return this.fault(
      key,
      `must be a duration of at least ${msMin === DAY_MS ? '1d' : '1m'}, e.g. "15m", "2h" or "14d"`,
    )
  }

  staleAfter(key: string, otherwise: StaleAfter): StaleAfter | null {
    const value = this.#take(key)
    if (value === undefined) return null
    const days = new Table(value, [...this.#path, key], this.faults)
    const result = {
      exposedDays: days.days('exposedDays') ?? otherwise.exposedDays,
      otherwiseDays: days.days('otherwiseDays') ?? otherwise.otherwiseDays,
    }
    days.rejectUnknownKeys()
    return result
  }

  /** Nothing where the key is not there. */
  exploited(preset: PresetName): Pick<ApplicationPolicy, 'knownExploitedAfter'> {
    const own = this.staleAfter('knownExploitedAfter', KNOWN_EXPLOITED_PRESETS[preset])
    return own === null ? {} : { knownExploitedAfter: own }
  }

  days(key: string): number | null {
    const value = this.#take(key)
    if (value === undefined) return null
    const whole = typeof value === 'bigint' ? Number(value) : value
    if (typeof whole === 'number' && Number.isInteger(whole) && whole >= 1 && whole <= STALE_AFTER_DAYS_MAX)
      return whole
    return this.fault(key, `must be a whole number of days from 1 to ${STALE_AFTER_DAYS_MAX}`)
  }

  applications(key: string, otherwise: StaleAfter, preset: PresetName): Record<string, ApplicationPolicy> {
    const value = this.#take(key)
    if (value === undefined) return {}
    const all = new Table(value, [...this.#path, key], this.faults)
    return Object.fromEntries(Object.keys(all.#values).map((name) => [name, all.#application(name, otherwise, preset)]))
  }

  #application(name: string, otherwise: StaleAfter, fleetPreset: PresetName): ApplicationPolicy {
    const own = new Table(this.#take(name), [...this.#path, name], this.faults)
    const preset = own.preset('preset')
    const fallback = preset === null ? otherwise : PRESETS[preset]
    const staleAfter = own.staleAfter('staleAfter', fallback) ?? (preset === null ? null : fallback)
    // A preset of its own brings its own days.
    const ofPreset = preset === null ? {} : { knownExploitedAfter: KNOWN_EXPLOITED_PRESETS[preset] }
    const exploited = { ...ofPreset, ...own.exploited(preset ?? fleetPreset) }
    const unknownExposureCounts = own.boolean('unknownExposureCounts')
    const outdatedServiceCounts = own.boolean('outdatedServiceCounts')
    own.rejectUnknownKeys()
    return {
      ...(staleAfter === null ? {} : { staleAfter }),
      ...exploited,
      ...(unknownExposureCounts === null ? {} : { unknownExposureCounts }),
      ...(outdatedServiceCounts === null ? {} : { outdatedServiceCounts }),
    }
  }

  #take(key: string): unknown {
    this.#known.add(key)
    return Object.hasOwn(this.#values, key) ? this.#values[key] : undefined
  }
}

function at(path: readonly string[]): Pick<PolicyFault, 'key' | 'path'> {
  return { key: path.join('.'), path }
}

function isTable(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date)
}

function isPresetName(value: unknown): value is PresetName {
  return typeof value === 'string' && Object.hasOwn(PRESETS, value)
}
