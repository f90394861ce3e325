// Texts that look like queries, and the query language itself as a surface: parsed, written out, parsed again, asked.
import { KEY_NAMES, WORDS } from '../../../shared/query/keys.ts'
import { formatQuery } from '../../../shared/query/format.ts'
import { rowTest } from '../../../shared/query/match.ts'
import { parseQuery } from '../../../shared/query/parse.ts'
import type { QueryRow } from '../../../shared/query/row.ts'
import { BLANK_ROW } from '../../../test/support/query-rows.ts'
import { mutateText } from './mutate-text.ts'
import { ODD_TEXTS } from './odd-values.ts'
import type { Random } from './random.ts'
import { SurfaceFault, textOf, type Surface } from './surface.ts'

const NOW = Date.parse('2026-11-22T12:00:00Z')
const WORD_VALUES = Object.values(WORDS).flat()
const VALUES = [
  'web-*',
  '*',
  '"a b"',
  '"',
  '\\',
  '443',
  '0',
  '65536',
  '14d',
  '>=2h',
  '<1m',
  '=',
  'a,b',
  ',',
  '"a\\"b"*',
]

export function queryText(random: Random): string {
  const terms = Array.from({ length: random.chance(0.03) ? 40 : 1 + random.below(4) }, () => term(random))
  const text = terms.join(random.pick([' ', '  ', '\t', ' ', ' ']))
  return random.chance(0.4) ? mutateText(text, random).slice(0, 3_000) : text
}

function term(random: Random): string {
  const sign = random.pick(['', '', '', '-', '--'])
  const key = random.chance(0.85) ? `${random.pick(KEY_NAMES)}:` : random.pick(['', 'nme:', ':', '::', 'STATE:'])
  const values = Array.from({ length: 1 + random.below(3) }, () => value(random))
  return `${sign}${key}${values.join(',')}`
}

function value(random: Random): string {
  return random.pick([random.pick(WORD_VALUES), random.pick(VALUES), random.pick(VALUES), random.pick(ODD_TEXTS)])
}

const EMPTY_ROW: QueryRow = { ...BLANK_ROW, name: '', reporting: 'silent' }
const FULL_ROW: QueryRow = {
  ...EMPTY_ROW,
  name: `${'a'.repeat(254)}!`,
  application: 'shop',
  environment: 'prod',
  tags: { role: 'web', '': '', constructor: 'x' },
  packages: ['libssl3', '**', 'a'.repeat(255)],
  openPorts: [{ port: 443, unit: 'nginx.service' }, { port: 65_535 }],
  outdatedUnits: ['ssh.service'],
  os: { id: 'debian', versionId: '12', prettyName: 'Debian' },
  kernel: '6.1.0-30-amd64',
  since: NOW - 86_400_000,
  lastContactAt: NOW,
}

export const queryLanguageSurface: Surface = {
  name: 'query-language',
  async open() {
    return {
      input: (random) => queryText(random),
      feed: async (text) => readAndAsk(textOf(text)),
      check: async () => {},
      close: async () => {},
    }
  },
}

function readAndAsk(text: string): string {
  const parsed = parseQuery(text)
  if (!parsed.ok) {
    const { position, detail } = parsed.problem
    if (position < 1 || position > text.length + 1) throw new SurfaceFault(`position ${position} lies outside the text`)
    if (detail === '') throw new SurfaceFault('refused without a word')
    return 'refused'
  }
  const written = formatQuery(parsed.query)
  const again = parseQuery(written)
  // What is written out may be longer than what was read: quotes and signs come on top.
  if (!again.ok && written.length <= text.length) throw new SurfaceFault(`written out as ${written}, which is refused`)
  if (again.ok && JSON.stringify(again.query) !== JSON.stringify(parsed.query)) {
    throw new SurfaceFault(`written out as ${written}, which means something else`)
  }
  const test = rowTest(parsed.query)
  for (const row of [EMPTY_ROW, FULL_ROW]) {
    if (typeof test(row, NOW) !== 'boolean') throw new SurfaceFault('answered neither yes nor no')
  }
  return 'answered'
}
