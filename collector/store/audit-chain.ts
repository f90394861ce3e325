// The audit as lines of text, each bound to the one before by its hash: a line that is changed or taken away shows.
// A line follows from the record and the line before it alone, so the same audit always gives the same file.
import { createHash } from 'node:crypto'
import { canonicalJson, type Json } from '../../shared/canonical-json.ts'
import type { AuditRecord } from './records.ts'

/** What the first line names as the hash before it. */
export const CHAIN_START = '0'.repeat(64)

export type ChainedRecord = { record: AuditRecord; previous: string; hash: string }
/** `line` counts from 1. */
export type ChainFault = { line: number; what: string }

/** SHA-256 over canonical JSON (RFC 8785) of the record with the hash of the line before. */
export function hashOf(record: AuditRecord, previous: string): string {
  return createHash('sha256')
    .update(canonicalJson({ ...toJson(record), previous } as Json))
    .digest('hex')
}

/** One line of audit.log, without its line break. */
export function formatLine(record: AuditRecord, previous: string): { text: string; hash: string } {
  const hash = hashOf(record, previous)
  return { text: JSON.stringify({ ...toJson(record), previous, hash }), hash }
}

/** Null for what is no line of ours. Whether its hash is right is another question. */
export function parseLine(text: string): ChainedRecord | null {
  try {
    const { id, at, actor, action, subject, detail, previous, hash } = JSON.parse(text) as Record<string, unknown>
    const time = typeof at === 'string' ? Date.parse(at) : Number.NaN
    const texts = [actor, action, subject, previous, hash]
    if (!Number.isSafeInteger(id) || Number.isNaN(time) || !texts.every((one) => typeof one === 'string')) return null
    if (typeof detail !== 'object' || detail === null) return null
    const record = { id, at: time, actor, action, subject, detail } as AuditRecord
    return { record, previous: previous as string, hash: hash as string }
  } catch {
    return null
  }
}

/** Every record in order, or the first line at which the chain breaks. Without the last line break a line is torn. */
export function readChain(
  text: string,
): { records: AuditRecord[]; fault: null } | { records: null; fault: ChainFault } {
  const lines = text.split('\n')
  const torn = lines.pop()
  const records: AuditRecord[] = []
  let last = { hash: CHAIN_START, id: 0 }
  for (const [index, line] of lines.entries()) {
    const chained = parseLine(line)
    const what = chained === null ? 'is no line of an audit' : faultOf(chained, last)
    if (chained === null || what !== null) return broken(index + 1, what ?? '')
    records.push(chained.record)
    last = { hash: chained.hash, id: chained.record.id }
  }
  return torn === '' ? { records, fault: null } : broken(lines.length + 1, 'is not complete')
}

function faultOf({ record, previous, hash }: ChainedRecord, last: { hash: string; id: number }): string | null {
  if (hash !== hashOf(record, previous)) return 'was changed: its hash is not that of its text'
  if (previous !== last.hash) return 'does not follow the line before: one was taken away or put in'
  return record.id > last.id ? null : 'has a number that is not higher than the one before'
}

function broken(line: number, what: string): { records: null; fault: ChainFault } {
  return { records: null, fault: { line, what } }
}

function toJson({ id, at, actor, action, subject, detail }: AuditRecord) {
  return { id, at: new Date(at).toISOString(), actor, action, subject, detail }
}
