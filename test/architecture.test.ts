// The house rules as a test: who may import whom. Each failure prints the reason and the sentence to read.
// docs/architecture.md shows the same table in words.
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { describe, expect, it } from 'vitest'

type Room = {
  /** Longest matching prefix decides which room a file belongs to. */
  prefix: string
  /** Rooms (prefixes) it may import from, besides itself. */
  rooms: readonly string[]
  /** Packages and node: modules it may import; '*' for any. */
  packages: readonly string[]
  why: string
}

const READERS = ['node:path', 'node:util']
const ROOMS: readonly Room[] = [
  {
    prefix: 'shared/judgement/',
    rooms: ['shared/'],
    packages: [],
    why: 'judgement is pure: the same facts, policy and moment give the same verdict on both sides',
  },
  {
    prefix: 'shared/',
    rooms: ['shared/judgement/'],
    packages: ['typebox', 'node:crypto'],
    why: 'shared/ is what both sides agree on; digests need a hash, schemas their library, and nothing else',
  },
  {
    prefix: 'agent/host/',
    rooms: ['shared/'],
    packages: ['*'],
    why: 'host/ is the only door to the machine',
  },
  {
    prefix: 'agent/exposure/',
    rooms: ['shared/'],
    packages: [],
    why: 'who can reach a port is computed from facts alone: the same rules and sockets give the same verdict',
  },
  {
    prefix: 'agent/processes/',
    rooms: ['shared/'],
    packages: [],
    why: 'which process is outdated follows from what was read alone: the same files give the same answer',
  },
  {
    prefix: 'agent/components/',
    rooms: ['shared/'],
    packages: [],
    why: 'what a path or the name of a package says of a version follows from it alone',
  },
  {
    prefix: 'agent/updates/',
    rooms: ['shared/'],
    packages: [],
    why: 'what changed packages and what waits follows from logs and answers alone: the same text gives the same answer',
  },
  {
    prefix: 'agent/families/',
    rooms: ['shared/'],
    packages: [],
    why: 'what the tools of other systems printed is read without running them: the same text gives the same answer',
  },
  {
    prefix: 'agent/probes/',
    rooms: ['agent/host/', 'agent/components/', 'agent/exposure/', 'agent/updates/', 'shared/'],
    packages: ['node:zlib', 'node:crypto', ...READERS],
    why: 'a probe asks the host for a path; whether that is the machine or a recording is none of its business',
  },
  {
    prefix: 'agent/wakeups/',
    rooms: [],
    packages: ['chokidar', 'node:fs', 'node:fs/promises', 'node:net', 'node:path', 'node:timers', 'node:events'],
    why: 'a wake-up says "look again" and carries no data, so it needs nobody',
  },
  { prefix: 'agent/', rooms: ['agent/', 'shared/'], packages: ['*'], why: 'the agent never imports the collector' },
  {
    prefix: 'collector/views/',
    rooms: ['shared/', 'collector/store/records.ts'],
    packages: [],
    why: 'views are pure: records become what people and programs see',
  },
  {
    prefix: 'collector/store/',
    rooms: ['shared/'],
    packages: ['*'],
    why: 'the store knows records, not who asks for them',
  },
  {
    prefix: 'collector/changes/',
    rooms: ['collector/store/', 'shared/'],
    packages: [],
    why: 'everything downstream follows the log of changes; the log follows the store alone',
  },
  {
    prefix: 'collector/ingest/',
    rooms: ['collector/store/', 'collector/changes/', 'shared/'],
    packages: ['node:crypto', 'node:net', 'typebox'],
    why: 'ingest turns a report into a stored change; it knows nothing of HTTP or pages',
  },
  {
    prefix: 'collector/refresh/',
    rooms: ['collector/changes/', 'collector/views/', 'shared/'],
    packages: ['node:timers/promises'],
    why: 'asking servers and waiting for them knows neither HTTP nor how an answer gets to an agent',
  },
  {
    prefix: 'collector/sweep/',
    rooms: [
      'collector/store/',
      'collector/changes/',
      'collector/ingest/judge-record.ts',
      'collector/ingest/match-exploited.ts',
      'collector/ingest/remove-server.ts',
      'shared/',
    ],
    packages: [],
    why: 'the sweep re-judges what time alone changed',
  },
  {
    prefix: 'collector/dashboard/',
    rooms: ['collector/', 'shared/'],
    packages: [
      'fastify',
      'preact',
      'preact-render-to-string',
      'htm',
      'node:crypto',
      'node:fs',
      'node:path',
      'node:url',
    ],
    why: 'pages are rendered on the server from views, with no other library',
  },
  {
    prefix: 'collector/cli/',
    rooms: ['collector/views/', 'collector/version.ts', 'shared/'],
    packages: [
      'smol-toml',
      'node:fs/promises',
      'node:http',
      'node:https',
      'node:os',
      'node:readline',
      'node:stream',
      'node:timers/promises',
      ...READERS,
    ],
    why: 'the command line talks HTTP and nothing else; of the collector it knows what answers look like',
  },
  {
    prefix: 'collector/',
    rooms: ['collector/', 'shared/'],
    packages: ['*'],
    why: 'the collector never imports the agent',
  },
]

/** Packages with one place each: a second user is a design decision, not a convenience. */
const ONLY_IN: Record<string, { files: RegExp; why: string }> = {
  undici: { files: /^agent\/delivery\/transport/, why: 'only the transport talks to the collector' },
  chokidar: { files: /^agent\/wakeups\//, why: 'only a wake-up watches files' },
  systeminformation: {
    files: /^agent\/commands\/scan-inventory/,
    why: 'it starts child processes: never in the resident agent',
  },
  'node:child_process': {
    files: /^agent\/host\/|^collector\/commands\/backup-beside/,
    why: 'commands come from one closed list; a backup starts this very program beside itself',
  },
  'node:sqlite': { files: /^collector\/store\/sqlite/, why: 'nothing outside the store knows SQL' },
  kysely: { files: /^collector\/store\/sqlite/, why: 'nothing outside the store knows SQL' },
  'smol-toml': { files: /config|bundle|enroll|join-key/, why: 'only configuration and key bundles are TOML' },
}

const files = ['agent', 'collector', 'shared'].flatMap((folder) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => join(folder, name)),
)

type Import = { file: string; target: string; typeOnly: boolean }

/** Static and dynamic imports of a file, by text: no import of ours is computed. */
function importsOf(file: string): Import[] {
  const text = readFileSync(file, 'utf8').replaceAll(/^\s*(?:\/\/|\*).*$/gm, '')
  const found = text.matchAll(
    /(?:^|\n)(?:import|export)\s+(type\s+)?[^'";]*?\sfrom\s+'([^']+)'|import\(\s*'([^']+)'\s*\)|(?:^|\n)import\s+'([^']+)'/g,
  )
  return [...found].map((match) => {
    const specifier = match[2] ?? match[3] ?? match[4] ?? ''
    const target = specifier.startsWith('.') ? normalize(join(dirname(file), specifier)) : specifier
    return { file, target, typeOnly: match[1] !== undefined }
  })
}

const imports = files.flatMap(importsOf)
const isOurs = (target: string) => /^(agent|collector|shared)\//.test(target)
const packageOf = (target: string) =>
  target.startsWith('node:')
    ? target
    : target
        .split('/')
        .slice(0, target.startsWith('@') ? 2 : 1)
        .join('/')

function roomOf(file: string): Room {
  const room = ROOMS.find(({ prefix }) => file.startsWith(prefix))
  if (room === undefined) throw new Error(`${file} belongs to no room: add it to the table in ${import.meta.filename}`)
  return room
}

function forbidden(entry: Import): string | null {
  const room = roomOf(entry.file)
  const allowed = isOurs(entry.target)
    ? entry.target.startsWith(room.prefix) || room.rooms.some((prefix) => entry.target.startsWith(prefix))
    : room.packages.includes('*') || room.packages.includes(packageOf(entry.target))
  return allowed ? null : `${entry.file} imports ${entry.target}: ${room.why}`
}

describe('the import table', () => {
  it('finds the imports it is about to judge', () => {
    expect(imports.length).toBeGreaterThan(files.length)
  })

  it('lets every room import only what the table allows', () => {
    expect(imports.map(forbidden).filter((line) => line !== null)).toEqual([])
  })

  it.each(Object.entries(ONLY_IN))('keeps %s in its one place', (name, { files: place, why }) => {
    const elsewhere = imports.filter((entry) => packageOf(entry.target) === name && !place.test(entry.file))

    expect(elsewhere.map((entry) => `${entry.file} imports ${name}: ${why}`)).toEqual([])
  })

  it('gives the agent the types of the schemas and never their library', () => {
    const schemaModules = new Set(imports.filter((entry) => entry.target === 'typebox').map((entry) => entry.file))
    const loaded = imports.filter(
      (entry) => entry.file.startsWith('agent/') && !entry.typeOnly && schemaModules.has(entry.target),
    )

    expect(loaded.map((entry) => `${entry.file} imports ${entry.target} at run time: use "import type"`)).toEqual([])
  })
})

describe('the language rules', () => {
  const sources = files.map((file) => ({ file, text: readFileSync(file, 'utf8') }))

  it('reads arguments, environment and signals in main.ts alone', () => {
    const offenders = sources.filter(
      ({ file, text }) => !file.endsWith('/main.ts') && /process\.(argv|env|exit|exitCode)\b|process\.on\(/.test(text),
    )

    expect(offenders.map(({ file }) => `${file}: let main.ts read it and pass it on`)).toEqual([])
  })

  it('never reads another process’s environment', () => {
    const offenders = sources.filter(({ file, text }) => file.startsWith('agent/') && /\benviron\b/.test(text))

    expect(offenders.map(({ file }) => `${file}: a process may lie in its environment, and it holds secrets`)).toEqual(
      [],
    )
  })

  it('has no index file that re-exports others', () => {
    const barrels = sources.filter(({ text }) => /^export \* from/m.test(text))

    expect(barrels.map(({ file }) => `${file}: import from the file that defines it`)).toEqual([])
  })

  it('keeps the clock and chance out of the pure rooms', () => {
    const pure =
      /^(shared\/(?!clock)|collector\/views\/|agent\/exposure\/|agent\/processes\/|agent\/families\/|agent\/(delivery\/(backoff|delivery|after-send)|settle|cadence)\.ts)/
    const offenders = sources.filter(
      ({ file, text }) =>
        pure.test(file) && /Date\.now\(|new Date\(\)|Math\.random|performance\.now|randomBytes/.test(text),
    )

    expect(offenders.map(({ file }) => `${file}: take now or a random source as a parameter`)).toEqual([])
  })
})
