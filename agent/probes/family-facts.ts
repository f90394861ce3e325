// What `overdue-agent scan inventory` left behind about systems that write no /run/reboot-required, checked field by field: a
// field that a collector would refuse would cost the whole report.
import type { FamilyFacts, InstalledCore, LivepatchAnswer } from '../../shared/facts/families.ts'
import {
  FLAG_PACKAGES_MAX,
  NAME_LENGTH_MAX,
  PACKAGE_ENTRY_LENGTH_MAX,
  PACKAGE_NAME_LENGTH_MAX,
  PACKAGES_MAX,
  TEXT_LENGTH_MAX,
} from '../../shared/protocol/limits.ts'
import { factsFileMark, readFactsFile } from '../host/facts-file.ts'
import { reasonOf } from '../host/host-errors.ts'
import { orNull } from './optional-read.ts'
import type { ProbeContext } from './probe.ts'
import { plainText } from './text.ts'

/** `why`: nobody looked, or what they left cannot be used. */
export type FoundFamilies = { facts: FamilyFacts; why: null } | { facts: null; why: string }

const NEVER: FoundFamilies = { facts: null, why: 'no scan of the inventory has answered in this boot' }
const NOT_OURS: FoundFamilies = { facts: null, why: 'what the scan of the inventory left cannot be understood' }
/** A timer scans every 6 h: two of its answers may be missed, not three. */
const FACTS_MS_MAX = 13 * 3_600_000
/** The scan and the agent round the uptime each for itself. */
const CLOCK_SLACK_MS = 5_000

/** Keeps what was parsed until another file takes its place. */
export class FamiliesFile {
  readonly #directory: string
  #mark: string | null = null
  #found: FoundFamilies = NEVER

  constructor(directory: string) {
    this.#directory = directory
  }

  async read(): Promise<FoundFamilies> {
    const mark = await factsFileMark(this.#directory, 'families')
    if (mark === null || mark !== this.#mark) this.#found = await readOnce(this.#directory)
    this.#mark = mark
    return this.#found
  }
}

/** Those of this boot. Never rejects. */
export async function currentFamilyFacts(context: ProbeContext): Promise<FoundFamilies> {
  const found = await foundIn(context)
  if (found.facts === null) return found
  const { host } = context
  const current = ((await orNull(host.readText('/proc/sys/kernel/random/boot_id'))) ?? '').trim() || null
  const ageMs = host.uptimeMs() - found.facts.readUptimeMs
  const { bootId } = found.facts
  if (current !== null && bootId !== null && current !== bootId) return NEVER
  if (ageMs < -CLOCK_SLACK_MS) return NEVER
  return ageMs > FACTS_MS_MAX ? { facts: null, why: 'the last scan of the inventory is too long ago' } : found
}

async function foundIn({ factsDirectory, families, familyFacts }: ProbeContext): Promise<FoundFamilies> {
  if (familyFacts !== undefined) return { facts: familyFacts, why: null }
  if (families !== undefined) return await families.read()
  return factsDirectory === null ? { facts: null, why: 'no scan was recorded' } : await readOnce(factsDirectory)
}

async function readOnce(directory: string): Promise<FoundFamilies> {
  try {
    const value = await readFactsFile(directory, 'families')
    if (value === null) return NEVER
    const facts = parseFamilyFacts(value)
    return facts === null ? NOT_OURS : { facts, why: null }
  } catch (error) {
    return { facts: null, why: reasonOf(error) }
  }
}

/** Null for what no scan of ours wrote. */
export function parseFamilyFacts(value: unknown): FamilyFacts | null {
  if (!isObject(value) || value['format'] !== 1 || !isObject(value['missing'])) return null
  const { bootId, missing, readAt, readUptimeMs } = value
  if (typeof readUptimeMs !== 'number' || typeof readAt !== 'string') return null
  const core = value['core'] === null ? null : toCore(value['core'])
  const image = value['image'] === null ? null : toImage(value['image'])
  const livepatch = value['livepatch'] === null ? null : toLivepatch(value['livepatch'])
  if (core === undefined || image === undefined || livepatch === undefined) return null
  const why = (part: 'core' | 'image' | 'livepatch') => {
    const reason = text(missing[part], TEXT_LENGTH_MAX)
    return reason === null ? {} : { [part]: reason }
  }
  return {
    format: 1,
    core,
    installed: toEntries(value['installed']),
    image,
    livepatch,
    missing: { ...why('core'), ...why('image'), ...why('livepatch') },
    bootId: text(bootId, NAME_LENGTH_MAX),
    readUptimeMs,
    readAt,
  }
}

/** Undefined for what cannot be one; so for the others below. */
function toCore(value: unknown): InstalledCore[] | undefined {
  if (!Array.isArray(value)) return undefined
  const core = (value as unknown[]).slice(0, FLAG_PACKAGES_MAX).map(toInstalled)
  return core.includes(undefined) ? undefined : core.filter((one) => one !== undefined)
}

/** Null, too, from a scan that did not look. */
function toEntries(value: unknown): string[] | null {
  if (!Array.isArray(value)) return null
  return (value as unknown[]).slice(0, PACKAGES_MAX).filter((one): one is string => isEntry(one))
}

function isEntry(value: unknown): value is string {
  return typeof value === 'string' && value.length <= PACKAGE_ENTRY_LENGTH_MAX && /^[^\s=]+=[^\s=]+$/.test(value)
}

function toInstalled(value: unknown): InstalledCore | undefined {
  if (!isObject(value)) return undefined
  const name = text(value['name'], PACKAGE_NAME_LENGTH_MAX)
  const { installedAt } = value
  return name === null || typeof installedAt !== 'number' ? undefined : { name, installedAt }
}

function toImage(value: unknown): FamilyFacts['image'] | undefined {
  return isObject(value) && 'next' in value ? { next: text(value['next'], TEXT_LENGTH_MAX) } : undefined
}

function toLivepatch(value: unknown): LivepatchAnswer | undefined {
  if (!isObject(value)) return undefined
  const { upgrade } = value
  const word = (key: string) => text(value[key], NAME_LENGTH_MAX)
  return {
    upgrade: upgrade === 'recommended' || upgrade === 'can-wait' ? upgrade : null,
    kernel: word('kernel'),
    patchState: word('patchState'),
    support: word('support'),
  }
}

function text(value: unknown, lengthMax: number): string | null {
  return typeof value === 'string' && value !== '' ? plainText(value, lengthMax) : null
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
