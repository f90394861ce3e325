// Who may come in: join keys, tokens, sessions. Only hashes of secrets are stored.
import type { JoinKeyRecord, SessionRecord, TokenRecord } from '../records.ts'
import type { Connection } from './connection.ts'
import { selectFirst, selectRows, sql, type Tables, write } from './queries.ts'

export class AccessRows {
  readonly #connection: Connection

  constructor(connection: Connection) {
    this.#connection = connection
  }

  joinKeys(): JoinKeyRecord[] {
    return selectRows(this.#connection, sql.selectFrom('join_keys').selectAll().orderBy('created_at')).map(toJoinKey)
  }

  joinKey(id: string): JoinKeyRecord | null {
    const row = selectFirst(this.#connection, sql.selectFrom('join_keys').selectAll().where('id', '=', id))
    return row === null ? null : toJoinKey(row)
  }

  /** One statement checks and counts, so that two enrolments can never share the last use. */
  takeJoinKeyUse(id: string, now: number): boolean {
    const use = sql
      .updateTable('join_keys')
      .set((row) => ({ uses: row('uses', '+', 1) }))
      .where('id', '=', id)
      .where((row) => row('uses', '<', row.ref('uses_max')))
      .where('expires_at', '>', now)
      .where('revoked_at', 'is', null)
    return write(this.#connection, use) === 1
  }

  createJoinKey(key: JoinKeyRecord): void {
    const row = {
      id: key.id,
      secret_hash: key.secretHash,
      created_at: key.createdAt,
      expires_at: key.expiresAt,
      uses_max: key.usesMax,
      uses: key.uses,
      application: key.application,
      cidrs: JSON.stringify(key.cidrs),
      approve: key.approve,
      ephemeral: key.ephemeral ? 1 : 0,
      revoked_at: key.revokedAt,
    }
    write(this.#connection, sql.insertInto('join_keys').values(row))
  }

  revoke(table: 'join_keys' | 'tokens', id: string, at: number): boolean {
    const query = sql.updateTable(table).set({ revoked_at: at }).where('id', '=', id).where('revoked_at', 'is', null)
    return write(this.#connection, query) === 1
  }

  tokens(): TokenRecord[] {
    return selectRows(this.#connection, sql.selectFrom('tokens').selectAll().orderBy('created_at')).map(toToken)
  }

  token(id: string): TokenRecord | null {
    const row = selectFirst(this.#connection, sql.selectFrom('tokens').selectAll().where('id', '=', id))
    return row === null ? null : toToken(row)
  }

  createToken(token: TokenRecord): void {
    const row = {
      id: token.id,
      secret_hash: token.secretHash,
      name: token.name,
      role: token.role,
      created_at: token.createdAt,
      expires_at: token.expiresAt,
      revoked_at: token.revokedAt,
    }
    write(this.#connection, sql.insertInto('tokens').values(row))
  }

  session(idHash: string): SessionRecord | null {
    const row = selectFirst(this.#connection, sql.selectFrom('sessions').selectAll().where('id_hash', '=', idHash))
    if (row === null) return null
    return { idHash: row.id_hash, tokenId: row.token_id, createdAt: row.created_at, expiresAt: row.expires_at }
  }

  /** Also forgets the sessions that ended: nothing else ever would. */
  createSession(session: SessionRecord): void {
    write(this.#connection, sql.deleteFrom('sessions').where('expires_at', '<=', session.createdAt))
    const row = {
      id_hash: session.idHash,
      token_id: session.tokenId,
      created_at: session.createdAt,
      expires_at: session.expiresAt,
    }
    write(this.#connection, sql.insertInto('sessions').values(row))
  }

  deleteSession(idHash: string): void {
    write(this.#connection, sql.deleteFrom('sessions').where('id_hash', '=', idHash))
  }
}

function toJoinKey(row: Tables['join_keys']): JoinKeyRecord {
  return {
    id: row.id,
    secretHash: row.secret_hash,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    usesMax: row.uses_max,
    uses: row.uses,
    application: row.application,
    cidrs: JSON.parse(row.cidrs) as string[],
    approve: row.approve,
    ephemeral: row.ephemeral === 1,
    revokedAt: row.revoked_at,
  }
}

function toToken(row: Tables['tokens']): TokenRecord {
  return {
    id: row.id,
    secretHash: row.secret_hash,
    name: row.name,
    role: row.role,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    revokedAt: row.revoked_at,
  }
}
