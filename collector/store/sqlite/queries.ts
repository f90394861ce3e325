// Kysely builds the queries people may later filter and sort by, so that columns and types are checked;
// node:sqlite runs them. Both are synchronous here: a query builder needs no driver to compile.
import type { SQLInputValue } from 'node:sqlite'
import {
  type CompiledQuery,
  DummyDriver,
  Kysely,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
  type Generated,
} from 'kysely'
import type { Role } from '../records.ts'
import type { Connection } from './connection.ts'

export type Tables = {
  changes: { id: number; server_id: string; at: number }
  history: {
    id: number
    previous_id: number | null
    at: number
    server_id: string
    server_name: string
    application: string | null
    type: string
    cause: string | null
    data: string
  }
  join_keys: {
    id: string
    secret_hash: string
    created_at: number
    expires_at: number
    uses_max: number
    uses: number
    application: string | null
    cidrs: string
    approve: 'auto' | 'pending'
    ephemeral: number
    revoked_at: number | null
  }
  tokens: {
    id: string
    secret_hash: string
    name: string
    role: Role
    created_at: number
    expires_at: number | null
    revoked_at: number | null
  }
  sessions: { id_hash: string; token_id: string; created_at: number; expires_at: number }
  policy: { id: number; document: string }
  audit: { id: Generated<number>; at: number; actor: string; action: string; subject: string; detail: string }
}

export const sql = new Kysely<Tables>({
  dialect: {
    createAdapter: () => new SqliteAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (database) => new SqliteIntrospector(database),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  },
})

type Compilable<Row> = { compile(): CompiledQuery<Row> }

export function selectRows<Row>(connection: Connection, query: Compilable<Row>): Row[] {
  const { sql: text, parameters } = query.compile()
  return connection.all(text, ...(parameters as readonly SQLInputValue[])) as Row[]
}

export function selectFirst<Row>(connection: Connection, query: Compilable<Row>): Row | null {
  return selectRows(connection, query)[0] ?? null
}

/** Number of rows written. */
export function write(connection: Connection, query: Compilable<unknown>): number {
  const { sql: text, parameters } = query.compile()
  return connection.run(text, ...(parameters as readonly SQLInputValue[]))
}
