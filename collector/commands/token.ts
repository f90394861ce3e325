// `token create|list|revoke`: who may read and operate.
import type { ParseArgsOptionsConfig } from 'node:util'
import { createToken, revokeToken, ROLES, stateOfToken, TOKEN_TTL_MS_MAX, type TokenState } from '../access/tokens.ts'
import type { TokenRecord } from '../store/records.ts'
import { toTokenItem } from '../views/access-view.ts'
import { readFlags, readFlagsAndWord, STORE_FLAGS, text } from './arguments.ts'
import { answer, CommandError, UsageError, type Io } from './command.ts'
import { isoTime, readDuration, shownTime } from './times.ts'
import { byCommandLine, withStore } from './open-store.ts'
import { subcommands } from './subcommands.ts'
import { table } from './table.ts'

const HELP = `Examples
  overdue-collector token create --role reader --name "wall screen"
  overdue-collector token create --role admin --name me --ttl 30d > token
  overdue-collector token list
  overdue-collector token revoke ID

A token logs a person in at /login and a program in as "Authorization: Bearer ovdt_...". It is shown once, on
standard output. Revoking it ends every session and stream it opened.

  create  --role reader|operator|admin  (default reader)   --name TEXT   --ttl 30d  (default: until revoked)
  list    revoke ID
  all:    --data-dir DIR   --config FILE   --json`

const CREATE_FLAGS = {
  ...STORE_FLAGS,
  role: { type: 'string' },
  name: { type: 'string' },
  ttl: { type: 'string' },
} as const satisfies ParseArgsOptionsConfig

export const token = subcommands('token', HELP, { create, list, revoke })

function create(args: readonly string[], io: Io): Promise<number> {
  const flags = readFlags(args, CREATE_FLAGS)
  const role = ROLES.find((known) => known === (text(flags, 'role') ?? 'reader'))
  if (role === undefined) throw new UsageError(`--role ${text(flags, 'role')} is not one of ${ROLES.join(', ')}.`)
  const ttlMs = readDuration(text(flags, 'ttl'), '--ttl', TOKEN_TTL_MS_MAX)
  return withStore(flags, io, ({ store, now }) => {
    const name = text(flags, 'name') ?? role
    const { token: made, secret } = createToken(store, { role, name, ttlMs }, byCommandLine(now))
    const { id, expiresAt } = made
    return answer(io, flags['json'] === true, {
      json: { id, token: secret, role, name, expiresAt: isoTime(expiresAt) },
      out: secret,
      note: `Token ${id} (${role}), valid until ${shownTime(expiresAt) || 'it is revoked'}. It is not shown again.`,
    })
  })
}

function list(args: readonly string[], io: Io): Promise<number> {
  const flags = readFlags(args, STORE_FLAGS)
  return withStore(flags, io, ({ store, now }) => {
    const items = store.tokens().map((one) => ({ ...one, state: stateOfToken(one, now) }))
    return answer(io, flags['json'] === true, {
      json: { items: items.map((one) => toTokenItem(one, one.state)), nextCursor: null, total: items.length },
      out: table([['ID', 'ROLE', 'NAME', 'STATE', 'CREATED', 'EXPIRES'], ...items.map(toRow)]),
    })
  })
}

function revoke(args: readonly string[], io: Io): Promise<number> {
  const { word: id, flags } = readFlagsAndWord(args, STORE_FLAGS, 'the id of a token')
  return withStore(flags, io, ({ store, now }) => {
    if (!revokeToken(store, id, byCommandLine(now))) {
      throw new CommandError(`No token ${id} is there to revoke. "overdue-collector token list" shows them all.`)
    }
    return answer(io, flags['json'] === true, {
      json: { id, revoked: true },
      note: `Token ${id} is revoked, and every session it opened with it.`,
    })
  })
}

type Listed = TokenRecord & { state: TokenState }

function toRow({ id, role, name, state, createdAt, expiresAt }: Listed): string[] {
  return [id, role, name, state, shownTime(createdAt), shownTime(expiresAt)]
}
