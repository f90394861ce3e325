// What each match of iptables asks, iptables-extensions(8). One entry a match; what is not here, or has an option that is
// not, is opaque. Pure.
import type { Family } from './family.ts'
import { parsePrefix, parseSpan } from './address-text.ts'
import { addressTypeAmong, isWayBackSure, type AddressTypes } from './address-type.ts'
import {
  address,
  ALWAYS,
  CHANCE,
  condition,
  markIs,
  nameMatcher,
  NEVER,
  opaque,
  port,
  protocolAmong,
  stateAmong,
  statusAmong,
  TCP_FLAGS,
  tcpFlags,
  viaInterface,
} from './conditions.ts'
import type { Protocol, Side } from './packet.ts'
import { unionOf, type Ranges } from './ranges.ts'
import type { Condition } from './ruleset.ts'
import type { Option, OptionGroup } from './xtables-options.ts'

export type XtablesContext = { family: Family; types: AddressTypes }
type OptionReader = (option: Option, context: XtablesContext) => Condition | null

/** Null from an option's reader: it changes nothing. */
export function matchConditions({ name, options }: OptionGroup, context: XtablesContext): Condition[] {
  const whole = WHOLE[name]
  if (whole !== undefined) return [whole(options, context)]
  const readers = OPTIONS[name]
  if (readers === undefined) return [opaque(`-m ${name}`)]
  return options.flatMap((option) => {
    const reader = readers[option.name]
    const read = reader === undefined ? opaque(`-m ${name} ${option.name}`) : reader(option, context)
    return read === null ? [] : [read]
  })
}

const addresses =
  (side: Side): OptionReader =>
  (option, { family }) => {
    const sets = first(option)
      .split(',')
      .map((one) => parsePrefix(one, family))
    return all(sets) ? address(side, family, unionOf(sets), option.negated) : opaque(`${option.name} ${first(option)}`)
  }

const spans =
  (side: Side): OptionReader =>
  (option, { family }) => {
    const set = parseSpan(first(option), family)
    return set === null ? opaque(option.name) : address(side, family, set, option.negated)
  }

const ports =
  (sides: readonly Side[], protocol: Protocol | null): OptionReader =>
  (option) => {
    const set = portSet(first(option))
    const [side, other] = sides
    if (set === null || side === undefined || other !== undefined) return opaque(`${option.name} ${first(option)}`)
    return port(side, protocol, set, option.negated)
  }

const interfaces =
  (direction: 'iif' | 'oif'): OptionReader =>
  (option) => {
    const matches = nameMatcher(first(option), '+')
    const wanted = (name: string) => matches(name) !== option.negated
    // iptables compares with an empty name where there is no interface.
    return viaInterface(direction, { matches: wanted, key: `${first(option)} ${option.negated}`, absent: wanted('') })
  }

const protocols: OptionReader = (option) => {
  const name = first(option).toLowerCase()
  return protocolAmong([NUMBERS[name] ?? name], option.negated)
}
const NUMBERS: Readonly<Record<string, string>> = { '6': 'tcp', '17': 'udp' }

const marks =
  (kind: 'mark' | 'ctMark'): OptionReader =>
  (option) => {
    const [value = '', mask = '0xffffffff'] = first(option).split('/')
    const [wanted, bits] = [Number(value), Number(mask)]
    if (!Number.isInteger(wanted) || !Number.isInteger(bits)) return opaque(`--mark ${first(option)}`)
    return markIs(kind, wanted, bits, option.negated)
  }

const constant =
  (truth: boolean): OptionReader =>
  (option) =>
    truth !== option.negated ? ALWAYS : NEVER
const nothing: OptionReader = () => null

const flags: OptionReader = ({ args, negated }) => {
  const [mask, wanted] = [flagBits(args[0]), flagBits(args[1])]
  if (mask === null || wanted === null) return opaque(`--tcp-flags ${args.join(' ')}`)
  return tcpFlags((bits) => ((bits & mask) === wanted) !== negated, `${args.join(' ')} ${negated}`)
}

const types =
  (side: Side): OptionReader =>
  (option, context) =>
    addressTypeAmong(side, first(option).toLowerCase().split(','), option.negated, context.types)

const TCP: Readonly<Record<string, OptionReader>> = {
  '--dport': ports(['destination'], 'tcp'),
  '--sport': ports(['source'], 'tcp'),
  '--tcp-flags': flags,
  '--syn': (option) => flags({ ...option, args: ['FIN,SYN,RST,ACK', 'SYN'] }, NO_CONTEXT),
}
const NO_CONTEXT: XtablesContext = { family: 4, types: { localOf: () => [] } }

const STATES: OptionReader = ({ args, negated }) => {
  const asked = (args[0] ?? '').toLowerCase().split(',')
  const statuses = asked.filter((one) => one === 'dnat' || one === 'snat')
  if (statuses.length === 0) return stateAmong(asked, negated)
  const states = stateAmong(asked, false)
  const status = statusAmong(statuses, false)
  return condition(null, (packet) => {
    const [one, other] = [states.test(packet), status.test(packet)]
    if (one === true || other === true) return !negated
    return one === false && other === false ? negated : 'unknown'
  })
}

/** Matches whose options each ask one thing. */
const OPTIONS: Readonly<Record<string, Readonly<Record<string, OptionReader>>>> = {
  '': {
    '-s': addresses('source'),
    '-d': addresses('destination'),
    '-i': interfaces('iif'),
    '-o': interfaces('oif'),
    '-p': protocols,
    // Second and later fragments; a first packet is whole.
    '-f': constant(false),
    '-c': nothing,
  },
  tcp: TCP,
  udp: { '--dport': ports(['destination'], 'udp'), '--sport': ports(['source'], 'udp') },
  multiport: { '--dports': ports(['destination'], null), '--sports': ports(['source'], null) },
  conntrack: {
    '--ctstate': STATES,
    '--ctstatus': ({ args, negated }) => statusAmong((args[0] ?? '').split(','), negated),
  },
  state: { '--state': STATES },
  addrtype: { '--src-type': types('source'), '--dst-type': types('destination') },
  mark: { '--mark': marks('mark') },
  connmark: { '--mark': marks('ctMark') },
  iprange: { '--src-range': spans('source'), '--dst-range': spans('destination') },
  comment: { '--comment': nothing },
  pkttype: { '--pkt-type': (option) => ((first(option) === 'unicast') !== option.negated ? ALWAYS : NEVER) },
}

/** Matches that ask one thing with all their options. A fresh client is below every limit and on no list yet. */
const WHOLE: Readonly<Record<string, (options: readonly Option[], context: XtablesContext) => Condition>> = {
  limit: () => ALWAYS,
  quota: (options) => {
    const quota = has(options, '--quota')
    if (Number(first(quota)) === 0) return opaque('-m quota --quota 0')
    return quota?.negated === true ? NEVER : ALWAYS
  },
  hashlimit: (options) => (has(options, '--hashlimit-above') === undefined ? ALWAYS : NEVER),
  connlimit: (options) => {
    const above = has(options, '--connlimit-above')
    const upTo = has(options, '--connlimit-upto')
    if (first(has(options, '--connlimit-mask')) === '0') return opaque('-m connlimit --connlimit-mask 0')
    // The client's own connection is more than none.
    if (Number(first(above ?? upTo)) === 0) return opaque('-m connlimit to no connection')
    return (above === undefined ? upTo?.negated !== true : above.negated) ? ALWAYS : NEVER
  },
  recent: (options) => {
    if (has(options, '--set') !== undefined) return has(options, '--set')?.negated === true ? NEVER : ALWAYS
    const asks = options.find(({ name }) => ['--rcheck', '--update', '--remove'].includes(name))
    // Others asked for the same receiver before.
    if (asks === undefined || has(options, '--rdest') !== undefined) return opaque('-m recent')
    const isOnceEnough = Number(first(has(options, '--hitcount')) || '1') < 2
    const list = listName(options)
    // A rule before may have put the client on the list just now.
    return condition(null, ({ listed = [] }) => (isOnceEnough && listed.includes(list) ? 'unknown' : asks.negated))
  },
  statistic: () => CHANCE,
  // The answer to the sender leaves the way the packet came.
  rpfilter: (options, { types: { hasWayBack } }) => {
    const passes = has(options, '--invert') === undefined
    if (has(options, '--loose') !== undefined || hasWayBack === undefined) return passes ? ALWAYS : NEVER
    return condition(null, (packet) => (isWayBackSure(packet, hasWayBack) ? passes : 'unknown'))
  },
  rt: () => NEVER,
  frag: () => NEVER,
  icmp: () => NEVER,
  icmp6: () => NEVER,
  icmpv6: () => NEVER,
  set: (options) => opaque(`-m set --match-set ${options.flatMap(({ args }) => args).join(' ')}`),
}

/** On which list of `recent` the client is put by this match; null: on none. */
export function listedBy({ name, options }: OptionGroup): string | null {
  return name === 'recent' && has(options, '--set') !== undefined ? listName(options) : null
}

function listName(options: readonly Option[]): string {
  return first(has(options, '--name')) || 'DEFAULT'
}

function has(options: readonly Option[], name: string): Option | undefined {
  return options.find((option) => option.name === name)
}

function first(option: Option | undefined): string {
  return option?.args[0] ?? ''
}

/** "80", "1:1023", "80,443,8000:8100". Null: something else. */
export function portSet(text: string): Ranges | null {
  const sets = text.split(',').map((one) => {
    const found = /^(\d{0,5})(?::(\d{0,5}))?$/.exec(one)
    if (found === null || one === '') return null
    const from = Number(found[1] || '0')
    const last = found[2] === undefined ? from : Number(found[2] || '65535')
    return from <= last && last <= 65_535 ? [from, last + 1] : null
  })
  return all(sets) ? unionOf(sets) : null
}

function flagBits(text = ''): number | null {
  if (text === 'NONE') return 0
  if (text === 'ALL') return 0x3f
  const bits = text.split(',').map((name) => TCP_FLAGS[name.toLowerCase()] ?? null)
  return all(bits) ? bits.reduce((sum, bit) => sum | bit, 0) : null
}

function all<T>(values: readonly (T | null)[]): values is T[] {
  return values.every((value) => value !== null)
}
