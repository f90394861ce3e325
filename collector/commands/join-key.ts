// `join-key create|list|revoke`: what lets new servers in, for a while and a number of times.
import type { ParseArgsOptionsConfig } from 'node:util'
import type { JoinKeyRecord } from '../store/records.ts'
import { readFlags, readFlagsAndWord, STORE_FLAGS, text, texts, type Flags } from './arguments.ts'
import { isCidr } from './cidr.ts'
import { answer, CommandError, UsageError, type Io } from './command.ts'
import { bundleText, readCa, writeBundle } from './join-key-bundle.ts'
import { newSecret } from './new-secret.ts'
import { auditOf, withStore, type Admin } from './open-store.ts'
import { subcommands } from './subcommands.ts'
import { table } from './table.ts'
import { isoTime, readDuration, shownTime } from './times.ts'

const HELP = `Examples
  overdue-collector join-key create --bundle join-key.toml
  overdue-collector join-key create --uses 1 --ttl 1h --application shop > join-key
  overdue-collector join-key create --approve pending --cidr 10.0.0.0/8 --cidr 2001:db8::/32
  overdue-collector join-key list
  overdue-collector join-key revoke ID

A join key enrols servers and does nothing else: copy it to a server and run "overdue-agent enroll
--join-key-file FILE" there. It is shown once, on standard output, or written to the bundle alone.

  create  --uses N  (default 20)         --ttl 24h  (default 24h)
          --cidr BLOCK  enrolments come from there alone; may be repeated
          --application NAME  of the servers it lets in
          --approve auto|pending  (default auto; pending: an operator lets each one in)
          --ephemeral  its servers come and go
          --bundle FILE  writes URL and key as one file   --url URL  (default: publicUrl)   --ca-file FILE
  list    revoke ID
  all:    --data-dir DIR   --config FILE   --json`

const USES_MAX = 100_000
const TTL_MS_MAX = 365 * 86_400_000
const TTL_MS_DEFAULT = 86_400_000

const CREATE_FLAGS = {
  ...STORE_FLAGS,
  uses: { type: 'string' },
  ttl: { type: 'string' },
  cidr: { type: 'string', multiple: true },
  application: { type: 'string' },
  approve: { type: 'string' },
  ephemeral: { type: 'boolean' },
  bundle: { type: 'string' },
  url: { type: 'string' },
  'ca-file': { type: 'string' },
} as const satisfies ParseArgsOptionsConfig

export const joinKey = subcommands('join-key', HELP, { create, list, revoke })

function create(args: readonly string[], io: Io): Promise<number> {
  const flags = readFlags(args, CREATE_FLAGS)
  const limits = readLimits(flags)
  return withStore(flags, io, (admin) => {
    const { id, secretHash, text: secret } = newSecret('ovdj')
    const expiresAt = admin.now + limits.ttlMs
    const { usesMax, cidrs, application, approve, ephemeral } = limits
    const settings = { usesMax, expiresAt, cidrs, application, approve, ephemeral }
    const bundle = prepareBundle(flags, admin, secret)
    admin.store.createJoinKey(
      { id, secretHash, createdAt: admin.now, uses: 0, revokedAt: null, ...settings },
      auditOf('join-key.create', id, admin.now, settings),
    )
    bundle?.write()
    return answer(io, flags['json'] === true, {
      json: {
        id,
        joinKey: bundle === null ? secret : null,
        bundle: bundle?.path ?? null,
        ...settings,
        expiresAt: isoTime(expiresAt),
      },
      out: bundle?.path ?? secret,
      note: `Join key ${id}: ${usesMax} ${usesMax === 1 ? 'use' : 'uses'} until ${shownTime(expiresAt)}. It is not shown again.`,
    })
  })
}

type Limits = Pick<JoinKeyRecord, 'usesMax' | 'cidrs' | 'application' | 'approve' | 'ephemeral'> & { ttlMs: number }

function readLimits(flags: Flags): Limits {
  const uses = text(flags, 'uses') ?? '20'
  const usesMax = /^\d{1,6}$/.test(uses) ? Number(uses) : 0
  if (usesMax < 1 || usesMax > USES_MAX) throw new UsageError(`--uses ${uses}: write a number from 1 to ${USES_MAX}.`)
  const cidrs = texts(flags, 'cidr')
  for (const cidr of cidrs) {
    if (!isCidr(cidr)) throw new UsageError(`--cidr ${cidr}: write a block such as 10.0.0.0/8 or 2001:db8::/32.`)
  }
  const approve = text(flags, 'approve') ?? 'auto'
  if (approve !== 'auto' && approve !== 'pending')
    throw new UsageError(`--approve ${approve} is neither auto nor pending.`)
  const application = text(flags, 'application') ?? null
  if (application === '') throw new UsageError('--application: write a name, or leave it out.')
  const ttlMs = readDuration(text(flags, 'ttl'), '--ttl', TTL_MS_MAX) ?? TTL_MS_DEFAULT
  return { usesMax, cidrs, application, approve, ephemeral: flags['ephemeral'] === true, ttlMs }
}

type Bundle = { path: string; write(): void }

/** Checked before the key is made, so that no key is left behind that nobody has. */
function prepareBundle(flags: Flags, { config }: Admin, secret: string): Bundle | null {
  const path = text(flags, 'bundle')
  const caFile = text(flags, 'ca-file')
  if (path === undefined) {
    if (caFile !== undefined) throw new UsageError('--ca-file goes into a bundle: add --bundle FILE.')
    return null
  }
  const url = text(flags, 'url') ?? config.publicUrl
  if (url === null) throw new UsageError('A bundle says where the collector is: add --url URL, or set publicUrl.')
  if (!URL.canParse(url)) throw new UsageError(`--url ${url}: write scheme and host, e.g. https://overdue.example.org.`)
  const content = bundleText({ url, key: secret, ca: caFile === undefined ? null : readCa(caFile) })
  return { path, write: () => writeBundle(path, content) }
}

function list(args: readonly string[], io: Io): Promise<number> {
  const flags = readFlags(args, STORE_FLAGS)
  return withStore(flags, io, ({ store, now }) => {
    const items = store.joinKeys().map((key) => ({ ...key, state: stateOf(key, now) }))
    return answer(io, flags['json'] === true, {
      json: { items: items.map(toJson), nextCursor: null, total: items.length },
      out: table([['ID', 'STATE', 'USES', 'EXPIRES', 'APPROVE', 'APPLICATION', 'FROM'], ...items.map(toRow)]),
    })
  })
}

function revoke(args: readonly string[], io: Io): Promise<number> {
  const { word: id, flags } = readFlagsAndWord(args, STORE_FLAGS, 'the id of a join key')
  return withStore(flags, io, ({ store, now }) => {
    if (!store.revokeJoinKey(id, now, auditOf('join-key.revoke', id, now))) {
      throw new CommandError(`No join key ${id} is there to revoke. "overdue-collector join-key list" shows them all.`)
    }
    return answer(io, flags['json'] === true, {
      json: { id, revoked: true },
      note: `Join key ${id} is revoked. Servers it enrolled stay.`,
    })
  })
}

type Listed = JoinKeyRecord & { state: 'usable' | 'spent' | 'expired' | 'revoked' }

function stateOf({ revokedAt, expiresAt, uses, usesMax }: JoinKeyRecord, now: number): Listed['state'] {
  if (revokedAt !== null) return 'revoked'
  if (now >= expiresAt) return 'expired'
  return uses >= usesMax ? 'spent' : 'usable'
}

function toRow({ id, state, uses, usesMax, expiresAt, approve, application, cidrs }: Listed): string[] {
  return [id, state, `${uses}/${usesMax}`, shownTime(expiresAt), approve, application ?? '', cidrs.join(' ')]
}

function toJson({ id, state, uses, usesMax, application, cidrs, approve, ephemeral, ...rest }: Listed) {
  const { createdAt, expiresAt, revokedAt } = rest
  const times = { createdAt: isoTime(createdAt), expiresAt: isoTime(expiresAt), revokedAt: isoTime(revokedAt) }
  return { id, state, uses, usesMax, application, cidrs, approve, ephemeral, ...times }
}
