// `dnat` and `redirect` of nft: fixed targets, maps by what the packet says, and maps by chance. Pure.
import { parseAddress } from './address-text.ts'
import { isRecord, knownRecord, listOf, numberOf, textOf } from './json-values.ts'
import { valueOf } from './nft-elements.ts'
import { fieldOf } from './nft-fields.ts'
import { amongCondition, type NftContext } from './nft-match.ts'
import type { Target, Verdict } from './ruleset.ts'

export function dnatVerdict(statement: unknown, context: NftContext): Verdict {
  // "type_flags" maps networks onto networks.
  const known = knownRecord(statement, ['addr', 'port', 'family', 'flags'])
  if (known === null) return lost('dnat')
  const { addr, port, family } = known
  const map = isRecord(addr) && isRecord(addr['map']) ? addr['map'] : null
  if (map !== null && port === undefined) return mapVerdict(map, context, (value) => targetVerdict(value, family))
  const target = targetOf(addr, port, family)
  return target === null ? lost('dnat') : { kind: 'translate', targets: [target] }
}

export function redirectVerdict(statement: unknown, context: NftContext): Verdict {
  // Without arguments: null.
  const known = statement === null ? {} : knownRecord(statement, ['port', 'flags'])
  if (known === null) return lost('redirect')
  const { port } = known
  if (port === undefined || port === null) return { kind: 'redirect', ports: [null] }
  if (isRecord(port) && isRecord(port['map'])) return mapVerdict(port['map'], context, portVerdict)
  return portVerdict(port)
}

function portVerdict(port: unknown): Verdict {
  const number = numberOf(port)
  return number === null ? lost('redirect') : { kind: 'redirect', ports: [number] }
}

/** "addr" alone, or {"concat": [addr, port]} of a map of both. */
function targetVerdict(value: unknown, family: unknown): Verdict {
  const [addr, port] = isRecord(value) ? listOf(value['concat']) : [value]
  const target = targetOf(addr, port, family)
  return target === null ? lost('dnat by map') : { kind: 'translate', targets: [target] }
}

function targetOf(addr: unknown, port: unknown, family: unknown): Target | null {
  const number = port === undefined || port === null ? null : numberOf(port)
  if (number === null && port !== undefined && port !== null) return null
  if (addr === undefined || addr === null) return { address: null, family: familyOf(family), port: number }
  const parsed = parseAddress(textOf(addr) ?? '')
  return parsed === null ? null : { address: parsed.point, family: parsed.family, port: number }
}

function familyOf(family: unknown): 4 | 6 | null {
  return family === 'ip' ? 4 : family === 'ip6' ? 6 : null
}

/** A key that is in no entry does not match: the next rule is asked. */
function mapVerdict(
  map: Record<string, unknown>,
  context: NftContext,
  toVerdict: (value: unknown) => Verdict,
): Verdict {
  const pairs = pairsOf(map['data'], context)
  if (pairs === null) return lost('a map that is not there')
  const key = map['key']
  if (isRecord(key) && isRecord(key['numgen'])) return chanceVerdict(key['numgen'], pairs, toVerdict)
  const field = fieldOf(key, context.types)
  if (field === null) return lost('a map by what is not modelled')
  const entries = pairs.map(([element, value]) => ({
    condition: amongCondition(field, [element], { negated: false, key: null }),
    verdict: toVerdict(value),
  }))
  return { kind: 'dispatch', entries }
}

function chanceVerdict(
  numgen: Record<string, unknown>,
  pairs: readonly [unknown, unknown][],
  toVerdict: (value: unknown) => Verdict,
): Verdict {
  const verdicts = pairs.map(([, value]) => toVerdict(value))
  const targets = verdicts.flatMap((verdict) => (verdict.kind === 'translate' ? verdict.targets : []))
  // Numbers that no entry has go on to the next rule.
  const isWhole = numgen['mod'] === pairs.length && targets.length === pairs.length
  return isWhole ? { kind: 'translate', targets } : lost('a map by chance')
}

/** Entries of a map, in place or by name ("@name"). */
export function pairsOf(data: unknown, { elementsOf }: NftContext): [unknown, unknown][] | null {
  const name = textOf(data)
  const elements =
    name?.startsWith('@') === true ? elementsOf(name.slice(1)) : isRecord(data) ? listOf(data['set']) : null
  if (elements === null) return null
  return elements.map((element) => {
    const [key, value] = listOf(element)
    return [valueOf(key), value]
  })
}

function lost(why: string): Verdict {
  return { kind: 'lost', why }
}
