// What `overdue-agent scan firewall` leaves for the resident agent: who can reach which port, judged from sockets and
// rules read together. Verdicts leave the host; of the rules, only the one that decided.
import type { Listener } from '../sections/listeners.ts'

export type FirewallRow = {
  protocol: Listener['protocol']
  family: Listener['family']
  /** RFC 5952 for family 6; "0.0.0.0" and "::" are every address. */
  address: string
  port: number
  /** The unit that holds the socket, "nginx.service"; null where none does. */
  unit: string | null
  verdict: Listener['verdict']
  /** A code, e.g. "policy-drop". */
  reason: string
  /** The rule that decided, or what is missing for a verdict; quoted, cut, without control characters. */
  rule: string | null
  /** How much of the public address space gets through, 0 to 1; null where the rules were not asked. */
  share: number | null
  /** How a packet gets there if not directly: "dnat" (to somewhere else), "redirect" (to another local port). */
  via: 'dnat' | 'redirect' | null
  /** The container that answers, where its files tell. */
  container: string | null
}

export type FirewallFacts = {
  format: 1
  rows: readonly FirewallRow[]
  /** By whom the rules were made, as far as they show: "nft", "iptables", "iptables-legacy". */
  tools: readonly string[]
  /** False: the verdicts come from the addresses alone. */
  readable: boolean
  /** What could not be read; null when all was. */
  reason: string | null
  /** Of everything the verdicts were made from: equal digests, equal verdicts. */
  digest: string
  /** The boot it was read in; null where the host does not tell. */
  bootId: string | null
  /** When in that boot it was read, ms: a wall clock may be set meanwhile. */
  readUptimeMs: number
  /** RFC 3339, by the host's clock. */
  readAt: string
}
