// Text to raw terms: quotes, commas, wildcards and colons are understood here, keys and values are not.
import type { Pattern, QueryProblem } from './query.ts'

export type RawTerm = {
  /** As written. */
  text: string
  /** From 1. */
  position: number
  negated: boolean
  /** What stands before the first colon outside quotes, as written; null for a word without a key. */
  key: string | null
  values: Pattern[]
}

export type Tokens = { ok: true; terms: RawTerm[] } | { ok: false; problem: QueryProblem }

const SPACE = /\s/
const SHOWN_MAX = 80

export function tokenize(text: string): Tokens {
  const terms: RawTerm[] = []
  let at = skipSpace(text, 0)
  while (at < text.length) {
    const reader = new TermReader(text, at)
    const fault = reader.read()
    if (fault !== null) return { ok: false, problem: problemAt(text, at, endOfWord(text, reader.end), fault) }
    terms.push(reader.term())
    at = skipSpace(text, reader.end)
  }
  return { ok: true, terms }
}

export function shownTerm(text: string): string {
  return text.length <= SHOWN_MAX ? text : `${text.slice(0, SHOWN_MAX - 1)}…`
}

function skipSpace(text: string, from: number): number {
  let at = from
  while (at < text.length && SPACE.test(text.charAt(at))) at++
  return at
}

/** What is shown of a broken term goes on to its next space. */
function endOfWord(text: string, from: number): number {
  let at = from
  while (at < text.length && !SPACE.test(text.charAt(at))) at++
  return at
}

function problemAt(text: string, start: number, end: number, detail: string): QueryProblem {
  return { term: shownTerm(text.slice(start, end)), position: start + 1, detail, suggestion: null }
}

/** Reads one term: everything up to the next space outside quotes. */
class TermReader {
  readonly #text: string
  readonly #start: number
  end: number
  #negated = false
  #key: string | null = null
  readonly #values: Pattern[] = []
  #pieces: string[] = ['']
  /** Did the value being read have a character, or at least quotes? */
  #isValueBegun = false
  #isQuoteSeen = false

  constructor(text: string, start: number) {
    this.#text = text
    this.#start = start
    this.end = start
  }

  term(): RawTerm {
    const text = this.#text.slice(this.#start, this.end)
    return { text, position: this.#start + 1, negated: this.#negated, key: this.#key, values: this.#values }
  }

  /** What is wrong with the term, or null. */
  read(): string | null {
    if (this.#text.charAt(this.end) === '-') {
      this.#negated = true
      this.end++
    }
    while (this.end < this.#text.length && !SPACE.test(this.#text.charAt(this.end))) {
      const fault = this.#readCharacter(this.#text.charAt(this.end))
      if (fault !== null) return fault
    }
    return this.#finishValue()
  }

  #readCharacter(character: string): string | null {
    this.end++
    if (character === '"') return this.#readQuoted()
    if (character === ',') return this.#finishValue()
    if (character === ':' && this.#key === null && this.#values.length === 0 && !this.#isQuoteSeen) {
      return this.#takeKey()
    }
    if (character === '*') this.#pieces.push('')
    else this.#append(character)
    this.#isValueBegun = true
    return null
  }

  /** `\"` and `\\` stand for themselves; everything else between quotes is what it is, `*` and `,` too. */
  #readQuoted(): string | null {
    this.#isValueBegun = true
    this.#isQuoteSeen = true
    while (this.end < this.#text.length) {
      const character = this.#text.charAt(this.end++)
      if (character === '"') return null
      const next = this.#text.charAt(this.end)
      const isEscape = character === '\\' && (next === '"' || next === '\\')
      if (isEscape) this.end++
      this.#append(isEscape ? next : character)
    }
    return 'the quotes are not closed: add a " at the end of the value'
  }

  #takeKey(): string | null {
    this.#key = this.#text.slice(this.#start + (this.#negated ? 1 : 0), this.end - 1)
    this.#pieces = ['']
    this.#isValueBegun = false
    return this.#key === '' ? 'a key is missing before the colon: write for example state:ok' : null
  }

  #finishValue(): string | null {
    const pattern = this.#pieces
    const isEmpty = !this.#isValueBegun || (pattern.length === 1 && pattern[0] === '')
    this.#pieces = ['']
    this.#isValueBegun = false
    this.#values.push(pattern)
    return isEmpty ? this.#emptyValueFault() : null
  }

  #emptyValueFault(): string {
    if (this.#key !== null) {
      return `a value is missing: write ${this.#key}:VALUE, or -${this.#key}:* for servers that have none`
    }
    return this.#negated && this.end === this.#start + 1
      ? 'a word is missing behind the minus: write for example -canary'
      : 'a word is missing: remove the comma or the empty quotes'
  }

  #append(character: string): void {
    this.#pieces[this.#pieces.length - 1] += character
  }
}
