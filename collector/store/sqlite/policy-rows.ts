// The judgement policy and the audit: what operators decided, and who did what when.
import { DEFAULT_POLICY, type Policy } from '../../../shared/judgement/policy.ts'
import type { AuditRecord } from '../records.ts'
import type { Connection } from './connection.ts'
import { selectFirst, selectRows, sql, write } from './queries.ts'

const AUDIT_LIMIT_MAX = 1_000

export class PolicyRows {
  readonly #connection: Connection
  #kept: { document: string; policy: Policy } | null = null
  #isFresh = false

  constructor(connection: Connection) {
    this.#connection = connection
  }

  /**
   * Another process may have changed it, so it is read again in every turn of the event loop, though not for every
   * report of that turn; and parsed only where it did change.
   */
  policy(): Policy | null {
    if (this.#isFresh) return this.#kept?.policy ?? null
    const document = this.#connection.get('SELECT document FROM policy WHERE id = 1')?.['document']
    if (typeof document !== 'string') return null
    if (this.#kept?.document !== document) this.#kept = { document, policy: policyIn(document) }
    this.#isFresh = true
    setImmediate(() => (this.#isFresh = false))
    return this.#kept.policy
  }

  savePolicy(policy: Policy): void {
    const document = JSON.stringify(policy)
    this.#isFresh = false
    const query = sql
      .insertInto('policy')
      .values({ id: 1, document })
      .onConflict((conflict) => conflict.column('id').doUpdateSet({ document }))
    write(this.#connection, query)
  }

  appendAudit(entry: Omit<AuditRecord, 'id'>): void {
    write(this.#connection, sql.insertInto('audit').values({ ...entry, detail: JSON.stringify(entry.detail) }))
  }

  /** Newest first. */
  audit(limit: number, beforeId = Number.MAX_SAFE_INTEGER): AuditRecord[] {
    const query = sql.selectFrom('audit').selectAll().where('id', '<', beforeId).orderBy('id', 'desc')
    return selectRows(this.#connection, query.limit(Math.min(limit, AUDIT_LIMIT_MAX))).map(toAuditRecord)
  }

  /** Oldest first. */
  auditAfter(id: number, limit: number): AuditRecord[] {
    const query = sql.selectFrom('audit').selectAll().where('id', '>', id).orderBy('id').limit(limit)
    return selectRows(this.#connection, query).map(toAuditRecord)
  }

  auditRecord(id: number): AuditRecord | null {
    const row = selectFirst(this.#connection, sql.selectFrom('audit').selectAll().where('id', '=', id))
    return row === null ? null : toAuditRecord(row)
  }

  /** Puts a line back that was written before, under its own number. */
  restoreAudit(record: AuditRecord): void {
    write(this.#connection, sql.insertInto('audit').values({ ...record, detail: JSON.stringify(record.detail) }))
  }
}

function toAuditRecord(row: Omit<AuditRecord, 'detail'> & { detail: string }): AuditRecord {
  return { ...row, detail: JSON.parse(row.detail) as Record<string, unknown> }
}

/** A policy that was set before there was some key is as its absence was. */
function policyIn(document: string): Policy {
  return { ...DEFAULT_POLICY, ...(JSON.parse(document) as Partial<Policy>) }
}
