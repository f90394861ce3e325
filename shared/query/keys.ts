// Every key of the query language with what it takes: the parser, the messages and the reference read this table alone.
import { EXPOSURES, LIFECYCLES, PROMOTION_REASONS, REPORTINGS, STATES } from '../judgement/verdict.ts'
import type { QueryKey, WordKey } from './query.ts'

export const WORDS: Readonly<Record<WordKey, readonly string[]>> = {
  state: STATES,
  reporting: REPORTINGS,
  exposure: EXPOSURES,
  reason: PROMOTION_REASONS,
  snoozed: ['yes', 'no'],
  lifecycle: LIFECYCLES,
}

/** What stands behind the colon, and an example that is a whole term. */
export type KeyFacts = { takes: 'word' | 'text' | 'port' | 'age'; asks: string; example: string }

export const QUERY_KEYS: Readonly<Record<QueryKey, KeyFacts>> = {
  state: { takes: 'word', asks: 'does it need a restart', example: 'state:restart-required' },
  reporting: { takes: 'word', asks: 'is it heard', example: 'reporting:late,silent' },
  exposure: { takes: 'word', asks: 'can anyone on the internet reach it', example: 'exposure:exposed' },
  reason: { takes: 'word', asks: 'why a person should look now', example: 'reason:stale' },
  snoozed: { takes: 'word', asks: 'did somebody say that it can wait', example: 'snoozed:yes' },
  lifecycle: {
    takes: 'word',
    asks: 'is it counted; without this key only active servers',
    example: 'lifecycle:removed',
  },
  name: { takes: 'text', asks: 'its whole name', example: 'name:web-*' },
  app: { takes: 'text', asks: 'its application', example: 'app:shop' },
  env: { takes: 'text', asks: 'its environment', example: 'env:prod' },
  tag: { takes: 'text', asks: 'a tag of it, or a tag with its value', example: 'tag:rack=b2' },
  pkg: { takes: 'text', asks: 'a package that asks for the restart', example: 'pkg:linux-image*' },
  unit: { takes: 'text', asks: 'the unit behind an open port or an outdated process', example: 'unit:nginx*' },
  os: { takes: 'text', asks: 'its operating system: whole name, id, or id and version', example: 'os:"Ubuntu 24.04"' },
  kernel: { takes: 'text', asks: 'the release that runs', example: 'kernel:6.1.*' },
  port: { takes: 'port', asks: 'a port that is open, or may be', example: 'port:443' },
  older: { takes: 'age', asks: 'how long the restart has been pending', example: 'older:14d' },
  silent: { takes: 'age', asks: 'how long nothing was heard', example: 'silent:>1h' },
}

export const KEY_NAMES = Object.keys(QUERY_KEYS) as readonly QueryKey[]

export function isQueryKey(name: string): name is QueryKey {
  return Object.hasOwn(QUERY_KEYS, name)
}

export function isWordKey(key: QueryKey): key is WordKey {
  return Object.hasOwn(WORDS, key)
}

/** Largest first. */
export const AGE_UNITS_MS: Readonly<Record<string, number>> = {
  d: 86_400_000,
  h: 3_600_000,
  m: 60_000,
  s: 1_000,
}
