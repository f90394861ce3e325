// A rule of an iptables dump as the options it is made of, by the match or target they belong to. Pure.
import { tokensOf, type Token } from './xtables-tokens.ts'

export type Option = { name: string; negated: boolean; args: readonly string[] }
/** A match ("-m NAME"), or the rule itself (name ""). */
export type OptionGroup = { name: string; options: readonly Option[] }
export type ParsedRule = {
  chain: string
  matches: readonly OptionGroup[]
  target: { kind: 'jump' | 'goto'; name: string; options: readonly Option[] } | null
}

/** Null: not a rule. `line` begins with "-A ". */
export function parseRule(line: string): ParsedRule | null {
  const tokens = tokensOf(line)
  const [append, chain, ...rest] = tokens ?? []
  if (append?.text !== '-A' || chain === undefined) return null
  const groups: { kind: 'match' | 'jump' | 'goto'; name: string; options: Option[] }[] = [
    { kind: 'match', name: '', options: [] },
  ]
  let at = 0
  while (at < rest.length) {
    const negated = rest[at]?.text === '!' && rest[at]?.isQuoted === false
    if (negated) at += 1
    const option = rest[at]
    if (option === undefined || !isOption(option)) return null
    const args = argumentsFrom(rest, at + 1)
    at += 1 + args.length
    const kind = GROUPS[option.text]
    if (kind === undefined) {
      groups.at(-1)?.options.push({ name: option.text, negated, args: args.map(({ text }) => text) })
    } else {
      groups.push({ kind, name: args[0]?.text ?? '', options: [] })
    }
  }
  const target = groups.find(({ kind }) => kind !== 'match')
  return {
    chain: chain.text,
    matches: groups.filter(({ kind }) => kind === 'match'),
    target: target === undefined ? null : { ...target, kind: target.kind === 'goto' ? 'goto' : 'jump' },
  }
}

const GROUPS: Readonly<Record<string, 'match' | 'jump' | 'goto'>> = { '-m': 'match', '-j': 'jump', '-g': 'goto' }

function argumentsFrom(tokens: readonly Token[], start: number): Token[] {
  const found: Token[] = []
  for (const token of tokens.slice(start)) {
    if (isOption(token) || (token.text === '!' && !token.isQuoted)) break
    found.push(token)
  }
  return found
}

/** A quoted word is never an option, whatever it looks like; nor is a negative number. */
function isOption({ text, isQuoted }: Token): boolean {
  return !isQuoted && /^--?[a-z]/i.test(text)
}
