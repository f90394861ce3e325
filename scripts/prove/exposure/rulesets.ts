// A ruleset to try: what to load, by which tool, and which addresses it names.
import type { Random } from '../fuzz/random.ts'

export type TriedRuleset = {
  label: string
  loads: readonly { command: string; args: readonly string[]; input: string }[]
  /** Prefixes that the rules name: nobody in them is a stranger. */
  named: readonly string[]
}

export const PORTS = [22, 53, 80, 123, 443, 3306, 5432, 7000, 8080, 8443, 9090, 9200]

/** Small: beside the public address space they do not count. */
export function fourPrefix(random: Random, named: string[]): string {
  const length = random.pick([8, 12, 16, 24, 32])
  const bytes = [1 + random.below(222), random.below(256), random.below(256), random.below(256)]
  const prefix = `${masked(bytes, length).join('.')}/${length}`
  named.push(prefix)
  return prefix
}

export function sixPrefix(random: Random, named: string[]): string {
  const prefix = `2${random.hex(3)}:${random.pick(['', random.hex(4).replace(/^0+(?=.)/, '')])}::/32`.replace(
    ':::',
    '::',
  )
  named.push(prefix)
  return prefix
}

function masked(bytes: readonly number[], length: number): number[] {
  return bytes.map((byte, at) => {
    const bits = Math.min(8, Math.max(0, length - 8 * at))
    return byte & (0xff << (8 - bits)) & 0xff
  })
}

export function ports(random: Random): number[] {
  return Array.from({ length: 1 + random.below(4) }, () => random.pick(PORTS))
}
