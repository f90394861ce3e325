// What an nft expression reads off a packet, libnftables-json(5), and how its value is compared with elements. Pure.
import type { Family } from './family.ts'
import { addressTypeAmong, isWayBackSure, type AddressTypes } from './address-type.ts'
import { CHANCE, familyIs, nameMatcher, protocolAmong, stateAmong, statusAmong, viaInterface } from './conditions.ts'
import { isRecord, knownRecord, listOf, numberOf, textOf } from './json-values.ts'
import { addressRanges, numberRanges } from './nft-elements.ts'
import type { Packet, Side } from './packet.ts'
import { contains, unionOf, type Ranges } from './ranges.ts'
import type { Truth } from './ruleset.ts'
import { concatField, type Field, type Test } from './nft-concat.ts'
import { addressIn, portIn } from './truth.ts'

const everywhere = () => true

/** Null: not modelled. */
export function fieldOf(expression: unknown, types: AddressTypes): Field | null {
  if (!isRecord(expression)) return null
  // "tunnel" of payload and "dir" of ct ask about another packet.
  const payload = knownRecord(expression['payload'], ['protocol', 'field'])
  if (payload !== null) return payloadField(payload)
  const meta = knownRecord(expression['meta'], ['key'])
  if (meta !== null) return META[textOf(meta['key']) ?? ''] ?? null
  const ct = knownRecord(expression['ct'], ['key'])
  if (ct !== null) return ctField(ct)
  const fib = knownRecord(expression['fib'], ['result', 'flags'])
  if (fib !== null) return fibField(fib, types)
  if (expression['concat'] !== undefined)
    return concatField(listOf(expression['concat']), (part) => fieldOf(part, types))
  const isChance = isRecord(expression['numgen']) && expression['numgen']['mode'] === 'random'
  return isChance ? { applies: everywhere, among: () => CHANCE.test } : null
}

function payloadField(payload: Record<string, unknown>): Field | null {
  const [protocol, field] = [textOf(payload['protocol']) ?? '', textOf(payload['field']) ?? '']
  if (protocol === 'ip' || protocol === 'ip6') return networkField(protocol === 'ip' ? 4 : 6, field)
  const side = SIDES[field]
  if (protocol === 'tcp' || protocol === 'udp' || protocol === 'th') {
    if (side === undefined) return protocol === 'th' ? null : otherProtocolOrUnknown(protocol)
    const applies = protocol === 'th' ? everywhere : (packet: Packet) => packet.protocol === protocol
    return { applies, among: numbersAmong((packet, set) => portIn(packet, side, set)) }
  }
  return OTHER_PROTOCOLS.has(protocol) ? NEVER_THERE : null
}
const SIDES: Readonly<Record<string, Side>> = { sport: 'source', dport: 'destination' }
/** Neither TCP nor UDP. */
const OTHER_PROTOCOLS = new Set([
  'icmp',
  'icmpv6',
  'igmp',
  'esp',
  'ah',
  'comp',
  'sctp',
  'dccp',
  'udplite',
  'arp',
  'frag',
  'rt',
  'mh',
])
const NEVER_THERE: Field = { applies: () => false, among: () => () => false }

/** A header field nobody models: of the packet's own protocol not known, of the other one not there. */
function otherProtocolOrUnknown(protocol: string): Field {
  return { applies: (packet) => packet.protocol === protocol, among: () => () => 'unknown' }
}

function networkField(family: Family, field: string): Field | null {
  const applies = (packet: Packet) => packet.family === family
  if (field === 'saddr' || field === 'daddr') {
    const among = (elements: readonly unknown[]) => {
      const sets = elements.map((element) => addressRanges(element, family))
      if (sets.some((set) => set === null)) return null
      const set = unionOf(sets.filter((one) => one !== null))
      return (packet: Packet) => addressIn(packet, field === 'saddr' ? 'source' : 'destination', set)
    }
    return { applies, among }
  }
  if (field === 'protocol' || field === 'nexthdr') return { applies, among: protocolsAmong }
  return { applies, among: () => () => 'unknown' }
}

const protocolsAmong: Field['among'] = (elements) => {
  const names = elements.map((element) => PROTOCOL_NUMBERS[String(element)] ?? textOf(element))
  return all(names) ? protocolAmong(names, false).test : null
}
const PROTOCOL_NUMBERS: Readonly<Record<string, string>> = { '6': 'tcp', '17': 'udp', '1': 'icmp', '58': 'ipv6-icmp' }

const interfaceField = (direction: 'iif' | 'oif'): Field => ({
  applies: everywhere,
  isAbsent: (packet) => packet[direction] === null,
  among: (elements) => {
    const names = elements.map(textOf)
    if (!all(names)) return null
    const matchers = names.map((name) => nameMatcher(name, '*'))
    const matches = (name: string) => matchers.some((matcher) => matcher(name))
    return viaInterface(direction, { matches, key: names.join(','), absent: false }).test
  },
})

const META: Readonly<Record<string, Field>> = {
  iifname: interfaceField('iif'),
  iif: interfaceField('iif'),
  oifname: interfaceField('oif'),
  oif: interfaceField('oif'),
  l4proto: { applies: everywhere, among: protocolsAmong },
  mark: { applies: everywhere, among: numbersAmong((packet, set) => markIn(packet.mark, set)) },
  nfproto: { applies: everywhere, among: familiesAmong({ ipv4: 4, ipv6: 6, '2': 4, '10': 6 }) },
  protocol: { applies: everywhere, among: familiesAmong({ ip: 4, ip6: 6 }) },
  // A packet to one of the host's addresses.
  pkttype: {
    applies: everywhere,
    among: (elements) => constantly(elements.some((one) => one === 'host' || one === 'unicast')),
  },
}

function ctField(ct: Record<string, unknown>): Field | null {
  const key = textOf(ct['key'])
  if (key === 'state') return { applies: everywhere, among: namesAmong((names) => stateAmong(names, false).test) }
  if (key === 'status') return { applies: isTracked, among: namesAmong((names) => statusAmong(names, false).test) }
  if (key === 'mark') return { applies: isTracked, among: numbersAmong((packet, set) => markIn(packet.ctMark, set)) }
  if (key !== 'direction') return null
  const direction = ({ ctState, later }: Packet) =>
    ctState === 'established' && later === undefined ? 'reply' : 'original'
  return { applies: isTracked, among: namesAmong((names) => (packet) => names.includes(direction(packet))) }
}

function isTracked({ ctState }: Packet): boolean {
  return ctState === 'new' || ctState === 'established'
}

/** `fib saddr . iif oif missing` is the reverse path filter: an answer to a stranger leaves the way he came. */
function fibField(fib: Record<string, unknown>, types: AddressTypes): Field | null {
  const flags = listOf(fib['flags']).map(String)
  const asked = flags.filter((flag) => flag === 'saddr' || flag === 'daddr')
  if (fib['result'] === 'type' && asked.length === 1 && !flags.some((flag) => flag !== asked[0])) {
    const side = asked[0] === 'saddr' ? 'source' : 'destination'
    const among = namesAmong((names) => addressTypeAmong(side, names, false, types).test)
    return { applies: everywhere, among }
  }
  const isReversePath = flags.includes('saddr') && flags.every((flag) => ['saddr', 'iif', 'mark'].includes(flag))
  if (!isReversePath || (fib['result'] !== 'oif' && fib['result'] !== 'oifname')) return null
  const { hasWayBack } = types
  const among: Field['among'] = ([element]) => {
    const test = REVERSE_PATH.get(element)
    if (test === undefined) return null
    if (hasWayBack === undefined || !flags.includes('iif')) return test
    return (packet) => (isWayBackSure(packet, hasWayBack) ? test(packet) : 'unknown')
  }
  return { applies: everywhere, among }
}
const REVERSE_PATH: ReadonlyMap<unknown, Test> = new Map<unknown, Test>([
  [false, () => false],
  [0, () => false],
  ['', () => false],
  [true, () => true],
])

function numbersAmong(test: (packet: Packet, set: Ranges) => Truth): Field['among'] {
  return (elements) => {
    const sets = elements.map(numberRanges)
    if (!all(sets)) return null
    const set = unionOf(sets)
    return (packet) => test(packet, set)
  }
}

function namesAmong(test: (names: readonly string[]) => Test): Field['among'] {
  return (elements) => {
    const names = elements.map(textOf)
    return all(names) ? test(names) : null
  }
}

function familiesAmong(families: Readonly<Record<string, Family>>): Field['among'] {
  return (elements) => {
    if (elements.some((element) => typeof element !== 'string' && families[String(element)] === undefined)) return null
    const tests = elements.flatMap((element) => {
      const family = families[String(element)]
      return family === undefined ? [] : [familyIs(family, false).test]
    })
    return (packet) => tests.some((test) => test(packet) === true)
  }
}

function constantly(truth: boolean): Test {
  return () => truth
}

function markIn(mark: number | null, set: Ranges): Truth {
  return mark === null ? 'unknown' : contains(set, mark)
}

function all<T>(values: readonly (T | null)[]): values is T[] {
  return values.every((value) => value !== null)
}

/** Numbers that a comparison like "< 1024" stands for. */
export function comparedNumbers(op: string, right: unknown): unknown {
  const border = numberOf(right)
  if (border === null) return null
  const [low, high] = [0, 0xff_ff_ff_ff]
  if (op === '<') return border <= low ? null : { range: [low, border - 1] }
  if (op === '<=') return { range: [low, border] }
  return op === '>' ? { range: [border + 1, high] } : { range: [border, high] }
}
