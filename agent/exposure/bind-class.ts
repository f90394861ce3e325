// The address a socket is bound to, as a class and as text. Pure.
import { classOf, type AddressClass } from './address-class.ts'
import type { Family } from './family.ts'
import { bytesOf } from './address-text.ts'
import type { Point } from './ranges.ts'
import { formatAddress } from './socket-address.ts'

export type BindClass = AddressClass

/** Null: every address. */
export function bindClassOf(address: Point | null): BindClass {
  return address === null ? 'wildcard' : classOf(bytesOf(address))
}

export function addressesAsText(address: Point | null, family: Family): string {
  if (address === null) return family === 4 ? '0.0.0.0' : '::'
  return formatAddress(bytesOf(address))
}
