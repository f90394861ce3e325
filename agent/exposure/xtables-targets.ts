// What each target of iptables does to the packet, iptables-extensions(8). Pure.
import { parseAddress } from './address-text.ts'
import { CONTINUE, ACCEPT, DROP, REJECT, RETURN, type Act, type Target, type Verdict } from './ruleset.ts'
import type { Packet } from './packet.ts'
import type { XtablesContext } from './xtables-matches.ts'
import type { Option, ParsedRule } from './xtables-options.ts'

export type Outcome = { acts: readonly Act[]; verdict: Verdict }

/** `chains`: what may be jumped to. */
export function targetOutcome(
  target: ParsedRule['target'],
  chains: ReadonlySet<string>,
  context: XtablesContext,
): Outcome {
  if (target === null) return { acts: [], verdict: CONTINUE }
  const { name, kind, options } = target
  if (chains.has(name)) return { acts: [], verdict: { kind, chain: name } }
  const fixed = VERDICTS[name]
  if (fixed !== undefined) return { acts: [], verdict: fixed }
  if (HARMLESS.has(name)) return { acts: [], verdict: CONTINUE }
  const reader = READERS[name]
  return reader === undefined ? lost(`-j ${name}`) : reader(options, context)
}

const VERDICTS: Readonly<Record<string, Verdict>> = {
  ACCEPT,
  DROP,
  REJECT,
  RETURN,
  // Translation of the sender ends the chain like ACCEPT.
  MASQUERADE: ACCEPT,
  SNAT: ACCEPT,
}

/** They note, count or dress the packet; where it goes does not change. */
const HARMLESS = new Set([
  'LOG',
  'NFLOG',
  'ULOG',
  'AUDIT',
  'TRACE',
  'LED',
  'IDLETIMER',
  'RATEEST',
  'SET',
  'TEE',
  'TCPMSS',
  'TCPOPTSTRIP',
  'CLASSIFY',
  'DSCP',
  'TOS',
  'ECN',
  'CHECKSUM',
  'SECMARK',
  'CONNSECMARK',
])

const READERS: Readonly<Record<string, (options: readonly Option[], context: XtablesContext) => Outcome>> = {
  DNAT: (options, { family }) => {
    const targets = options.filter(({ name }) => name === '--to-destination').map(({ args }) => destination(args[0]))
    if (targets.length === 0 || targets.some((target) => target === null)) return lost('-j DNAT')
    return {
      acts: [],
      verdict: { kind: 'translate', targets: targets.map((target) => ({ ...EMPTY, ...target, family })) },
    }
  },
  REDIRECT: (options) => {
    const text = argument(options, '--to-ports')
    if (text === null) return { acts: [], verdict: { kind: 'redirect', ports: [null] } }
    return /^\d{1,5}$/.test(text)
      ? { acts: [], verdict: { kind: 'redirect', ports: [Number(text)] } }
      : lost(`-j REDIRECT --to-ports ${text}`)
  },
  MARK: (options) => markOutcome('mark', options),
  CONNMARK: (options) => {
    const [nf, ct] = [bits(argument(options, '--nfmask')), bits(argument(options, '--ctmask'))]
    if (options.some(({ name }) => name === '--restore-mark')) {
      return acts('mark', ({ mark, ctMark }) => combined(mark, nf, ctMark, ct))
    }
    if (options.some(({ name }) => name === '--save-mark')) {
      return acts('ct-mark', ({ mark, ctMark }) => combined(ctMark, ct, mark, nf))
    }
    return markOutcome('ct-mark', options)
  },
  CT: (options) =>
    options.some(({ name }) => name === '--notrack')
      ? { acts: [{ kind: 'untrack' }], verdict: CONTINUE }
      : { acts: [], verdict: CONTINUE },
  NOTRACK: () => ({ acts: [{ kind: 'untrack' }], verdict: CONTINUE }),
}
const EMPTY: Target = { address: null, family: null, port: null }

/** "192.0.2.1", "192.0.2.1:80", "[2001:db8::1]:80", ":80". Null for ranges: which one is chosen is chance. */
function destination(text = ''): Omit<Target, 'family'> | null {
  const bare = parseAddress(text)
  if (bare !== null) return { address: bare.point, port: null }
  const found = /^(?:\[([0-9a-f:.]+)\]|([0-9.]*))(?::(\d{1,5}))?$/i.exec(text)
  if (found === null) return null
  const host = found[1] ?? found[2] ?? ''
  const parsed = host === '' ? null : parseAddress(host)
  if (host !== '' && parsed === null) return null
  return { address: parsed?.point ?? null, port: found[3] === undefined ? null : Number(found[3]) }
}

function markOutcome(kind: 'mark' | 'ct-mark', options: readonly Option[]): Outcome {
  const found = /^(0x[0-9a-f]+|\d+)(?:\/(0x[0-9a-f]+|\d+))?$/i.exec(
    argument(options, '--set-xmark') ?? argument(options, '--set-mark') ?? '',
  )
  if (found === null) return acts(kind, () => null)
  const [value, mask] = [Number(found[1]), Number(found[2] ?? '0xffffffff')]
  return acts(kind, ({ mark, ctMark }) => {
    const old = kind === 'mark' ? mark : ctMark
    if (old !== null) return ((old & ~mask) ^ value) >>> 0
    return mask === 0xff_ff_ff_ff ? value : null
  })
}

function acts(kind: 'mark' | 'ct-mark', change: (packet: Packet) => number | null): Outcome {
  return { acts: [{ kind, change }], verdict: CONTINUE }
}

/** (to AND NOT toMask) XOR (from AND fromMask). */
function combined(to: number | null, toMask: number, from: number | null, fromMask: number): number | null {
  if (from === null || (to === null && toMask !== 0xff_ff_ff_ff)) return null
  return (((to ?? 0) & ~toMask) ^ (from & fromMask)) >>> 0
}

function bits(text: string | null): number {
  const value = Number(text ?? '0xffffffff')
  return Number.isInteger(value) ? value : 0xff_ff_ff_ff
}

function argument(options: readonly Option[], name: string): string | null {
  return options.find((option) => option.name === name)?.args[0] ?? null
}

function lost(why: string): Outcome {
  return { acts: [], verdict: { kind: 'lost', why } }
}
