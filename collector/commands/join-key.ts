// `join-key create|list|revoke`: what lets new servers in, for a while and a number of times.
import type { ParseArgsOptionsConfig } from 'node:util'
import {
  JOIN_KEY_TTL_MS_DEFAULT,
  JOIN_KEY_TTL_MS_MAX,
  JOIN_KEY_USES_DEFAULT,
  JOIN_KEY_USES_MAX,
  prepareJoinKey,
  revokeJoinKey,
  stateOfJoinKey,
  type JoinKeyState,
  type JoinKeyWish,
} from '../access/join-keys.ts'
import type { JoinKeyRecord } from '../store/records.ts'
import { toJoinKeyItem } from '../views/access-view.ts'
import { readFlags, readFlagsAndWord, STORE_FLAGS, text, texts, type Flags } from './arguments.ts'
import { isCidr } from './cidr.ts'
import { answer, CommandError, UsageError, type Io } from './command.ts'
import { bundleText, readCa, readPin, writeBundle } from './join-key-bundle.ts'
import { byCommandLine, withStore, type Admin } from './open-store.ts'
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
          --pin-file FILE  agents accept this certificate's (or public) key alone; repeat it for the next key
  list    revoke ID
  all:    --data-dir DIR   --config FILE   --json`

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
  'pin-file': { type: 'string', multiple: true },
} as const satisfies ParseArgsOptionsConfig

export const joinKey = subcommands('join-key', HELP, { create, list, revoke })

function create(args: readonly string[], io: Io): Promise<number> {
  const flags = readFlags(args, CREATE_FLAGS)
  const limits = readLimits(flags)
  return withStore(flags, io, (admin) => {
    const { key, secret, save } = prepareJoinKey(admin.store, limits, byCommandLine(admin.now))
    const { id, usesMax, expiresAt, cidrs, application, approve, ephemeral } = key
    const settings = { usesMax, expiresAt, cidrs, application, approve, ephemeral }
    const bundle = prepareBundle(flags, admin, secret)
    save()
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

function readLimits(flags: Flags): JoinKeyWish {
  const uses = text(flags, 'uses') ?? String(JOIN_KEY_USES_DEFAULT)
  const usesMax = /^\d{1,6}$/.test(uses) ? Number(uses) : 0
  if (usesMax < 1 || usesMax > JOIN_KEY_USES_MAX)
    throw new UsageError(`--uses ${uses}: write a number from 1 to ${JOIN_KEY_USES_MAX}.`)
  const cidrs = texts(flags, 'cidr')
  for (const cidr of cidrs) {
    if (!isCidr(cidr)) throw new UsageError(`--cidr ${cidr}: write a block such as 10.0.0.0/8 or 2001:db8::/32.`)
  }
  const approve = text(flags, 'approve') ?? 'auto'
  if (approve !== 'auto' && approve !== 'pending')
    throw new UsageError(`--approve ${approve} is neither auto nor pending.`)
  const application = text(flags, 'application') ?? null
  if (application === '') throw new UsageError('--application: write a name, or leave it out.')
  const ttlMs = readDuration(text(flags, 'ttl'), '--ttl', JOIN_KEY_TTL_MS_MAX) ?? JOIN_KEY_TTL_MS_DEFAULT
  return { usesMax, cidrs, application, approve, ephemeral: flags['ephemeral'] === true, ttlMs }
}

type Bundle = { path: string; write(): void }

/** Checked before the key is made, so that no key is left behind that nobody has. */
function prepareBundle(flags: Flags, { config }: Admin, secret: string): Bundle | null {
  const path = text(flags, 'bundle')
  const caFile = text(flags, 'ca-file')
  const pins = texts(flags, 'pin-file').map(readPin)
  if (path === undefined) {
    if (caFile !== undefined) throw new UsageError('--ca-file goes into a bundle: add --bundle FILE.')
    if (pins.length > 0) throw new UsageError('--pin-file goes into a bundle: add --bundle FILE.')
    return null
  }
  const url = text(flags, 'url') ?? config.publicUrl
  if (url === null) throw new UsageError('A bundle says where the collector is: add --url URL, or set publicUrl.')
  if (!URL.canParse(url)) throw new UsageError(`--url ${url}: write scheme and host, e.g. https://overdue.example.org.`)
  if (pins.length > 0 && !url.startsWith('https:')) throw new UsageError('--pin-file takes an https:// address.')
  const content = bundleText({ url, key: secret, ca: caFile === undefined ? null : readCa(caFile), pins })
  return { path, write: () => writeBundle(path, content) }
}

function list(args: readonly string[], io: Io): Promise<number> {
  const flags = readFlags(args, STORE_FLAGS)
  return withStore(flags, io, ({ store, now }) => {
    const items = store.joinKeys().map((key) => ({ ...key, state: stateOfJoinKey(key, now) }))
    return answer(io, flags['json'] === true, {
      json: { items: items.map((key) => toJoinKeyItem(key, key.state)), nextCursor: null, total: items.length },
      out: table([['ID', 'STATE', 'USES', 'EXPIRES', 'APPROVE', 'APPLICATION', 'FROM'], ...items.map(toRow)]),
    })
  })
}

function revoke(args: readonly string[], io: Io): Promise<number> {
  const { word: id, flags } = readFlagsAndWord(args, STORE_FLAGS, 'the id of a join key')
  return withStore(flags, io, ({ store, now }) => {
    if (!revokeJoinKey(store, id, byCommandLine(now))) {
      throw new CommandError(`No join key ${id} is there to revoke. "overdue-collector join-key list" shows them all.`)
    }
    return answer(io, flags['json'] === true, {
      json: { id, revoked: true },
      note: `Join key ${id} is revoked. Servers it enrolled stay.`,
    })
  })
}

type Listed = JoinKeyRecord & { state: JoinKeyState }

function toRow({ id, state, uses, usesMax, expiresAt, approve, application, cidrs }: Listed): string[] {
  return [id, state, `${uses}/${usesMax}`, shownTime(expiresAt), approve, application ?? '', cidrs.join(' ')]
}
