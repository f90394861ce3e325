// A question about the fleet as data: what the search field, the API's `q` and the command line all mean by the same text.

/** Literal pieces with a `*` between each two: ["web-", ""] is `web-*`, ["web"] has no wildcard. Never empty. */
export type Pattern = readonly string[]

export type AgeOperator = '>' | '>=' | '<' | '<='
/** How long something lasts, in ms, compared to now. */
export type AgeTest = { operator: AgeOperator; ms: number }

/** Keys whose values come from a closed list. */
export type WordKey = 'state' | 'reporting' | 'exposure' | 'reason' | 'snoozed' | 'lifecycle'
/** Keys whose values people choose. */
export type PatternKey = 'name' | 'app' | 'env' | 'tag' | 'pkg' | 'unit' | 'os' | 'kernel'
export type AgeKey = 'older' | 'silent'
export type QueryKey = WordKey | PatternKey | AgeKey | 'port'

/** One of the alternatives must hold; none of them when `negated`. */
type TermOf<K, V> = { key: K; negated: boolean; alternatives: readonly V[] }
export type WordTerm = TermOf<WordKey, Pattern>
/** `text`: a word without a key, looked for in the name. */
export type PatternTerm = TermOf<PatternKey | 'text', Pattern>
export type PortTerm = TermOf<'port', number>
export type AgeTerm = TermOf<AgeKey, AgeTest>
export type QueryTerm = WordTerm | PatternTerm | PortTerm | AgeTerm

/** All terms must hold. No terms: everything. */
export type Query = readonly QueryTerm[]

/** What is wrong with one term, for the person who wrote it. */
export type QueryProblem = {
  /** The term as written, cut to 80 characters. */
  term: string
  /** Where it starts, counted in characters (UTF-16) from 1. */
  position: number
  /** One sentence that names the fix. */
  detail: string
  /** The key or value most likely meant; null when none is near. */
  suggestion: string | null
}

export type ParsedQuery = { ok: true; query: Query } | { ok: false; problem: QueryProblem }
