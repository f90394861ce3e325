// Every regular expression of the product, found by parsing its sources, and the texts that would hurt it most.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseAst } from 'vitest/node'

export type FoundRegex = { file: string; source: string; flags: string }

const ROOTS = ['agent', 'collector', 'shared']

/** Literals, the patterns of schemas, and the files that make expressions at run time. */
export function collectRegexes(): { found: FoundRegex[]; computedIn: string[] } {
  const found: FoundRegex[] = []
  const computedIn = new Set<string>()
  for (const file of sourceFiles()) {
    const tree: unknown = parseAst(readFileSync(file, 'utf8'), { lang: file.endsWith('.ts') ? 'ts' : 'js' })
    visit(tree, (node) => {
      const regex = node['regex'] as { pattern: string; flags: string } | undefined
      if (node['type'] === 'Literal' && regex !== undefined)
        found.push({ file, source: regex.pattern, flags: regex.flags })
      const pattern = patternOfSchema(node)
      if (pattern !== null) found.push({ file, source: pattern, flags: 'u' })
      if (nameOf(node['callee']) === 'RegExp') computedIn.add(file)
    })
  }
  return { found, computedIn: [...computedIn] }
}

function sourceFiles(): string[] {
  return ROOTS.flatMap((root) =>
    readdirSync(root, { recursive: true, encoding: 'utf8' })
      .filter((name) => /(?<!\.d)\.(?:ts|js)$/.test(name))
      .map((name) => join(root, name)),
  )
}

type Node = Readonly<Record<string, unknown>>

function visit(value: unknown, see: (node: Node) => void): void {
  if (value === null || typeof value !== 'object') return
  if ('type' in value) see(value)
  for (const child of Object.values(value)) visit(child, see)
}

/** `pattern: '...'` in an object: what a schema is checked with. */
function patternOfSchema(node: Node): string | null {
  if (node['type'] !== 'Property' || nameOf(node['key']) !== 'pattern') return null
  const { value } = (node['value'] ?? {}) as { value?: unknown }
  return typeof value === 'string' ? value : null
}

function nameOf(node: unknown): string | null {
  const { name } = (node ?? {}) as { name?: unknown }
  return typeof name === 'string' ? name : null
}

/** One atom of an expression: a text it matches, and whether it may come any number of times. */
type Atom = { sample: string; isRepeated: boolean; inner: Atom[][] }

/**
 * Texts as long as `length` that begin as `source` wants it and then go on with one repeated part, up to a character that
 * fits nowhere: where an expression can try in more than one way, it now has to try them all.
 */
export function attacksOn(source: string, length: number): string[] {
  const parts = new Set(['a', ' ', '\n', '0'])
  const heads = new Map<string, Set<string>>([['', parts]])
  const alternatives = new Parser(source).alternatives()
  for (const atoms of alternatives) pumpsOf(atoms, '', heads)
  for (const atoms of alternatives) parts.add(sampleOf(atoms))
  return [...heads].flatMap(([head, pumped]) =>
    [...pumped]
      .filter((part) => part !== '')
      .map((part) => head + part.repeat(Math.ceil(length / part.length)) + '\u0001'),
  )
}

function pumpsOf(atoms: readonly Atom[], head: string, heads: Map<string, Set<string>>): void {
  let before = head
  for (const atom of atoms) {
    if (atom.isRepeated) heads.set(before, (heads.get(before) ?? new Set()).add(atom.sample))
    for (const inner of atom.inner) pumpsOf(inner, before, heads)
    before += atom.sample
  }
}

function sampleOf(atoms: readonly Atom[]): string {
  return atoms.map(({ sample }) => sample).join('')
}

const CLASSES: Readonly<Record<string, string>> = {
  d: '0',
  D: 'a',
  w: 'a',
  W: '-',
  s: ' ',
  S: 'a',
  n: '\n',
  r: '\r',
  t: '\t',
  b: '',
  B: '',
  f: '\f',
  v: '\v',
}

/** Enough of the grammar of ECMA-262 section 22.2.1 to find the repeated parts. */
class Parser {
  readonly #source: string
  #at = 0

  constructor(source: string) {
    this.#source = source
  }

  alternatives(): Atom[][] {
    const found: Atom[][] = [[]]
    while (this.#at < this.#source.length && this.#source[this.#at] !== ')') {
      if (this.#takes('|')) found.push([])
      else found.at(-1)?.push(this.#quantified())
    }
    return found
  }

  #quantified(): Atom {
    const atom = this.#atom()
    const match = /^(?:[*+?]|\{(\d+)(,(\d*))?\})\??/.exec(this.#source.slice(this.#at))
    if (match === null) return atom
    this.#at += match[0].length
    const most = match[3] === '' ? Infinity : Number(match[3] ?? match[1] ?? (match[0].startsWith('?') ? 1 : Infinity))
    const least = Number(match[1] ?? (match[0].startsWith('+') ? 1 : 0))
    return {
      ...atom,
      sample: atom.sample.repeat(Math.min(least, 100)),
      isRepeated: most > 1,
      ...(least === 0 ? { sample: atom.sample } : {}),
    }
  }

  #atom(): Atom {
    if (this.#takes('(')) return this.#group()
    if (this.#takes('[')) return plain(this.#class())
    if (this.#takes('\\')) return plain(this.#escape())
    const letter = this.#source[this.#at++] ?? ''
    return plain(letter === '.' ? 'a' : letter === '^' || letter === '$' ? '' : letter)
  }

  #group(): Atom {
    const opening = /^\?(?:[:=!]|<[=!]|<\w+>)/.exec(this.#source.slice(this.#at))?.[0] ?? ''
    this.#at += opening.length
    const inner = this.alternatives()
    this.#takes(')')
    const isLook = /[=!]/.test(opening)
    return { sample: isLook ? '' : sampleOf(inner[0] ?? []), isRepeated: false, inner }
  }

  /** A character of the class; of a negated one, a letter that is rarely excluded. */
  #class(): string {
    const end = this.#endOfClass()
    const body = this.#source.slice(this.#at, end)
    this.#at = end + 1
    if (body.startsWith('^')) return ['a', '0', '~', ' '].find((letter) => !body.includes(letter)) ?? 'é'
    return body.startsWith('\\') ? escaped(body.slice(1)) : (body[0] ?? '')
  }

  #endOfClass(): number {
    let at = this.#at
    while (at < this.#source.length && this.#source[at] !== ']') at += this.#source[at] === '\\' ? 2 : 1
    return at
  }

  #escape(): string {
    const rest = this.#source.slice(this.#at)
    const length =
      /^(?:u\{[^}]*\}|u[0-9a-f]{4}|x[0-9a-f]{2}|[pP]\{[^}]*\}|k<\w+>|[1-9]\d*)/i.exec(rest)?.[0].length ?? 1
    this.#at += length
    return escaped(rest)
  }

  #takes(text: string): boolean {
    if (!this.#source.startsWith(text, this.#at)) return false
    this.#at += text.length
    return true
  }
}

function plain(sample: string): Atom {
  return { sample, isRepeated: false, inner: [] }
}

function escaped(rest: string): string {
  const code = /^(?:u\{?|x)([0-9a-f]+)/i.exec(rest)?.[1]
  if (code !== undefined) return String.fromCodePoint(Number.parseInt(code, 16))
  return CLASSES[rest[0] ?? ''] ?? rest[0] ?? ''
}
