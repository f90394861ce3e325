// A snapshot for people: the sentence first, then what it rests on, then everything that was read.
import type { ListenersSection } from '../../shared/sections/listeners.ts'
import { openPortsText } from './snapshot-ports.ts'
import type { SnapshotDocument } from './snapshot-document.ts'

const LABEL_WIDTH = 12

export function snapshotText({ takenAt, sections, judgement }: SnapshotDocument): string {
  const { since, sinceQuality, staleAt } = judgement
  const lines = [
    judgement.headline,
    '',
    ...field('state', judgement.state),
    ...field('exposure', judgement.exposure),
    ...(judgement.promoted ? field('promoted', judgement.reasons.join(', ')) : []),
    ...(since === null ? [] : field('since', `${since} (${sinceQuality})`)),
    ...(staleAt === null ? [] : field('stale at', staleAt)),
    ...inventory(sections),
    ...field('looked at', takenAt),
    '',
    'Evidence',
    ...judgement.signals.flatMap(({ role, name, value, source, why }) => [
      `  ${role === 'decides' ? '*' : ' '} ${name}: ${value ?? 'not read'} [${source}]`,
      `      ${why}`,
    ]),
    ...(judgement.signals.length === 0 ? ['    none: nothing here could ask for a restart'] : []),
  ]
  for (const [name, { outcome, reason, value }] of Object.entries(sections)) {
    lines.push('', `Section ${name}: ${outcome}${reason === null ? '' : `, ${reason}`}`, ...valueLines(value))
  }
  return `${lines.map(harmless).join('\n')}\n`
}

/** Only what could be read: below, each section says why it could not. */
function inventory({ listeners, packages }: SnapshotDocument['sections']): string[] {
  return [
    ...(Array.isArray(listeners?.value) ? field('open ports', openPortsText(listeners.value as ListenersSection)) : []),
    ...(Array.isArray(packages?.value) ? field('packages', String(packages.value.length)) : []),
  ]
}

function field(label: string, text: string): string[] {
  return [`${label.padEnd(LABEL_WIDTH)}${text}`]
}

function valueLines(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return []
  if (Array.isArray(value)) return listLines(value)
  return Object.entries(value).flatMap(([key, part]) => memberLines(key, part))
}

/** Names of thousands of packages are for programs: --json has them. */
function listLines(items: readonly unknown[]): string[] {
  if (items.every((item) => typeof item === 'string')) return [`  ${items.length} entries`]
  return items.map((item) => `  ${inOneLine(item)}`)
}

function memberLines(key: string, part: unknown): string[] {
  const label = `  ${key.padEnd(16)} `
  if (!Array.isArray(part)) return [label + inOneLine(part)]
  if (part.length === 0) return [`${label}none`]
  return part.map((item, at) => (at === 0 ? label : ' '.repeat(label.length)) + inOneLine(item))
}

function inOneLine(value: unknown): string {
  if (value === null) return 'not known'
  if (typeof value !== 'object') return typeof value === 'string' ? value : JSON.stringify(value)
  const parts = Object.entries(value as Record<string, unknown>).map(
    ([key, part]) => `${key} ${part !== null && typeof part === 'object' ? JSON.stringify(part) : inOneLine(part)}`,
  )
  return parts.length === 0 ? 'none' : parts.join(', ')
}

/** Names on disk are chosen by others: nothing of theirs may steer a terminal or turn a line around. */
export function harmless(line: string): string {
  // oxlint-disable-next-line no-control-regex -- they are what this is about
  return line.replace(/[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, '\uFFFD')
}
