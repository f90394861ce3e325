// The walk of one port told step by step, for people who want to see why. The verdict is made elsewhere, from the same
// walk; here it is only watched. Pure.
import { shareOf } from './address-space.ts'
import { addressesAsText } from './bind-class.ts'
import type { ExposureInput } from './exposure-scan.ts'
import { externalInterfaces, reachableAddresses } from './external.ts'
import type { Family } from './family.ts'
import type { Protocol } from './packet.ts'
import { quoted } from './quoted.ts'
import { TooMuchWorkError, type Watched } from './trace.ts'
import { prepare, walkRequest, type HostView, type Question } from './walk-packet.ts'

export type WalkStep = { kind: 'chain' | 'rule' | 'policy'; text: string; does: string; share: number }
export type WalkTale = {
  family: Family
  /** By which interface the packet comes in, and the address it asks for. */
  interface: string
  address: string
  steps: WalkStep[]
  /** Steps that are not told. */
  more: number
  /** Who is through: to a socket of this host, or on to another; shares of the public space. */
  ends: { kind: 'local' | 'forward'; address: string; port: number | null; certainly: number; possibly: number }[]
  /** Why it ended early; null: it did not. */
  problem: string | null
}

const STEPS_MAX = 5_000_000
const TOLD_MAX = 200

/** One tale for each way in and each address; [] where there are no rules to walk, or no way in. */
export function tellWalks(input: ExposureInput, protocol: Protocol, port: number): WalkTale[] {
  const { network, rules, sysctls } = input
  if ('unreadable' in rules) return []
  const host = prepare(rules, network, sysctls)
  return ([4, 6] as const).flatMap((family) =>
    externalInterfaces(network, family).flatMap(({ name }) =>
      reachableAddresses(network, family).addresses.map(({ point }) =>
        tell(host, { family, protocol, iif: name, daddr: point, dport: port }),
      ),
    ),
  )
}

function tell(host: HostView, question: Question): WalkTale {
  const steps: WalkStep[] = []
  let more = 0
  const budget = {
    steps: 0,
    stepsMax: STEPS_MAX,
    watch: ({ kind, text, does, share }: Watched) => {
      if (steps.length >= TOLD_MAX) more++
      else steps.push({ kind, text: quoted(text()), does, share })
    },
  }
  const { family, iif, daddr } = question
  const tale = { family, interface: iif, address: addressesAsText(daddr, family), steps }
  try {
    const { arrivals } = walkRequest(host, question, budget)
    const ends = arrivals.map(({ kind, lane: { packet, must, may } }) => ({
      kind,
      address: addressesAsText(packet.daddr, family),
      port: packet.dport,
      certainly: shareOf(must, family),
      possibly: shareOf(may, family),
    }))
    return { ...tale, more, ends, problem: null }
  } catch (error) {
    if (!(error instanceof TooMuchWorkError) && !(error instanceof RangeError)) throw error
    return { ...tale, more, ends: [], problem: error.message }
  }
}
