// What readers ask: lists, documents and history with parameters, queries, cursors and conditions; and the login form.
import { paths } from '../../../shared/protocol/paths.ts'
import { FuzzedCollector, type FuzzRequest } from './fuzzed-collector.ts'
import { mutateJson } from './mutate-json.ts'
import { mutateText } from './mutate-text.ts'
import { ODD_NUMBERS, ODD_TEXTS } from './odd-values.ts'
import { queryText } from './query-text.ts'
import type { Random } from './random.ts'
import { SurfaceFault, type Surface } from './surface.ts'

const SERVERS = 20

type Values = (random: Random) => string
type Question = { url: string; parameters: Record<string, Values> }

export const querySurface: Surface = {
  name: 'api',
  async open() {
    const fuzzed = await FuzzedCollector.open()
    const ids: string[] = []
    for (let count = 0; count < SERVERS; count++) ids.push((await fuzzed.reporting(`web-${count}`)).id)
    const cursors = await realCursors(fuzzed)
    return {
      input: (random) => ({
        method: 'GET',
        url: urlOf(random.pick(questionsOf(ids, cursors)), random),
        headers: readerHeaders(fuzzed.reader, random),
        body: null,
      }),
      async feed(request) {
        const { status } = await fuzzed.send(request as FuzzRequest)
        return String(status)
      },
      check: () => fuzzed.check(),
      close: () => fuzzed.close(),
    }
  },
}

async function realCursors(fuzzed: FuzzedCollector): Promise<string[]> {
  const urls = [`${paths.servers()}?limit=1`, `${paths.history()}?limit=1`, `${paths.applications()}?limit=1`]
  const answers = await Promise.all(urls.map((url) => fuzzed.collector.get(url, fuzzed.reader)))
  return answers.flatMap((answer) => {
    const { nextCursor } = answer.json<{ nextCursor?: string | null }>()
    return typeof nextCursor === 'string' ? [nextCursor] : []
  })
}

function questionsOf(ids: readonly string[], cursors: readonly string[]): Question[] {
  const anyText: Values = (random) => (random.chance(0.5) ? random.pick(ODD_TEXTS) : mutateText('shop', random))
  const count: Values = (random) => String(random.chance(0.5) ? random.below(1_100) : random.pick(ODD_NUMBERS))
  const cursor: Values = (random) => changedCursor(random.pick(cursors), random)
  const moment: Values = (random) => mutateText('2026-11-22T12:00:00.000Z', random)
  const id: Values = (random) => (random.chance(0.5) ? random.pick(ids) : mutateText(random.pick(ids), random))
  const page = { limit: count, cursor }
  const search = { q: queryText }
  return [
    { url: paths.servers(), parameters: { ...search, ...page, facets: (random) => random.pick(['1', '0', '']) } },
    { url: paths.servers(), parameters: { ...search, ...page, odd: anyText } },
    { url: paths.serversCsv(), parameters: { ...search, columns: anyText } },
    { url: paths.summary(), parameters: { ...search, app: anyText } },
    { url: paths.applications(), parameters: page },
    {
      url: paths.history(),
      parameters: {
        ...search,
        ...page,
        type: (random) => mutateText('stale,exposed', random),
        server: id,
        app: anyText,
        from: moment,
        to: moment,
        before: count,
      },
    },
    ...[paths.server, paths.application].map((path) => ({
      url: path('ID'),
      parameters: { ID: (random: Random) => (random.chance(0.5) ? id(random) : anyText(random)) },
    })),
  ]
}

function urlOf({ url, parameters }: Question, random: Random): string {
  const chosen = Object.entries(parameters).filter(() => random.chance(0.4))
  const inPath = parameters['ID']
  if (inPath !== undefined) return url.replace('ID', () => encoded(inPath(random), random))
  const pairs = chosen.map(([name, values]) => `${name}=${encoded(values(random), random)}`)
  if (random.chance(0.05)) pairs.push(...pairs)
  return pairs.length === 0 ? url : `${url}?${pairs.join('&')}`
}

/** Mostly as clients do; sometimes as broken ones do. A lone surrogate cannot be encoded at all. */
function encoded(text: string, random: Random): string {
  const proper = encodeURIComponent(text.toWellFormed())
  return random.chance(0.03) ? `${proper}${random.pick(['%', '%zz', '%ff', '%c3', '+', '%00', ';', '&', '='])}` : proper
}

function readerHeaders(reader: string, random: Random): Record<string, string> {
  const headers: Record<string, string> = { authorization: `Bearer ${reader}` }
  if (random.chance(0.1))
    headers['if-none-match'] = random.pick(['*', '"x"', 'W/"1"', ',', '"'.repeat(50), 'W/"1", "2"'])
  if (random.chance(0.05)) headers['accept'] = random.pick(['*/*', 'text/html', 'application/json;q=0', ','])
  if (random.chance(0.05)) headers['x-forwarded-for'] = random.pick(['127.0.0.1', '::1', 'a'.repeat(500)])
  return headers
}

function changedCursor(cursor: string, random: Random): string {
  if (random.chance(0.2)) return cursor
  if (random.chance(0.3)) return mutateText(cursor, random)
  try {
    const place = JSON.parse(Buffer.from(cursor, 'base64url').toString()) as unknown
    return Buffer.from(JSON.stringify(mutateJson(place, random)) ?? '').toString('base64url')
  } catch {
    return mutateText(cursor, random)
  }
}

export const loginSurface: Surface = {
  name: 'login',
  async open() {
    const fuzzed = await FuzzedCollector.open()
    return {
      input: (random) => loginRequest(fuzzed.reader, random),
      async feed(request) {
        const { status, headers } = await fuzzed.send(request as FuzzRequest)
        requireOwnAddress(headers['location'])
        return `${status}${headers['set-cookie'] === undefined ? '' : ' signed in'}`
      },
      check: () => fuzzed.check(),
      close: () => fuzzed.close(),
    }
  },
}

function loginRequest(token: string, random: Random): FuzzRequest {
  const form = new URLSearchParams({
    token: random.chance(0.02) ? token : mutateText(random.chance(0.7) ? token : random.pick(ODD_TEXTS), random),
    next: random.pick([
      '/',
      '//evil.example/',
      '/\\evil.example',
      'https://evil.example',
      mutateText('/servers/s1?q=a', random),
    ]),
  })
  if (random.chance(0.1)) form.append(random.pick(ODD_TEXTS).toWellFormed(), 'x')
  const text = random.chance(0.2) ? mutateText(form.toString(), random) : form.toString()
  const headers: Record<string, string> = {
    'content-type': random.chance(0.95) ? 'application/x-www-form-urlencoded' : random.pick(['text/plain', 'a/b', 'x']),
    'sec-fetch-site': random.chance(0.9) ? 'same-origin' : random.pick(['cross-site', 'none', '']),
    ...(random.chance(0.1)
      ? { cookie: random.pick(['overdue=', 'overdue=x; overdue=y', '=;=;', 'a'.repeat(3_000)]) }
      : {}),
  }
  return { method: 'POST', url: paths.loginPage(), headers, body: Buffer.from(text) }
}

/** After the login a browser must stay on this very site, however the address was written. */
function requireOwnAddress(location: unknown): void {
  if (typeof location !== 'string') return
  const target = new URL(location, 'http://overdue.test')
  if (target.origin !== 'http://overdue.test') throw new SurfaceFault(`leads away: ${location}`)
}
