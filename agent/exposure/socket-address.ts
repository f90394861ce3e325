// Addresses as the kernel's socket tables print them, and as people write them. Pure.

/** 4 or 16 bytes, in network order. */
export type AddressBytes = readonly number[]
export type ByteOrder = 'LE' | 'BE'

/**
 * `hex` is a row of 32-bit words, each printed as a number of the host: 0100007F is 127.0.0.1 on a little-endian machine
 * and 1.0.0.127 on a big-endian one.
 */
export function parseKernelHex(hex: string, byteOrder: ByteOrder): AddressBytes {
  const words = hex.match(/.{8}/g) ?? []
  return words.flatMap((word) => {
    const bytes = Array.from(word.matchAll(/../g), ([pair]) => Number.parseInt(pair, 16))
    return byteOrder === 'LE' ? bytes.toReversed() : bytes
  })
}

/** "192.0.2.1", or the shortest form of RFC 5952. */
export function formatAddress(bytes: AddressBytes): string {
  return bytes.length === 4 ? bytes.join('.') : formatSixteen(bytes)
}

/** The IPv4 address inside ::ffff:0:0/96, RFC 4291 2.5.5.2: a socket bound to it speaks IPv4 alone. Null for any other. */
export function mappedAddress(bytes: AddressBytes): AddressBytes | null {
  if (bytes.length !== 16 || bytes[10] !== 0xff || bytes[11] !== 0xff) return null
  return bytes.slice(0, 10).every((byte) => byte === 0) ? bytes.slice(12) : null
}

function formatSixteen(bytes: AddressBytes): string {
  const groups = Array.from({ length: 8 }, (_, at) => ((bytes[2 * at] ?? 0) << 8) | (bytes[2 * at + 1] ?? 0))
  const zeros = longestZeros(groups)
  const text = (part: readonly number[]) => part.map((group) => group.toString(16)).join(':')
  if (zeros.length < 2) return text(groups)
  return `${text(groups.slice(0, zeros.start))}::${text(groups.slice(zeros.start + zeros.length))}`
}

/** The first of the longest runs: RFC 5952 4.2.3. */
function longestZeros(groups: readonly number[]): { start: number; length: number } {
  let best = { start: 0, length: 0 }
  let start = 0
  for (const [at, group] of groups.entries()) {
    if (group !== 0) start = at + 1
    else if (at + 1 - start > best.length) best = { start, length: at + 1 - start }
  }
  return best
}
