// What the fuzzer knows of a surface: how to make an input, how to feed it, and how to tell that something is wrong.
import type { Random } from './random.ts'

/** Plain data, so that it can be written down. Buffers are written as base64. */
export type FuzzInput =
  | string
  | number
  | boolean
  | null
  | Buffer
  | readonly FuzzInput[]
  | { readonly [key: string]: FuzzInput }

export type Surface = {
  name: string
  open(): Promise<OpenSurface>
}

export type OpenSurface = {
  /** Nothing but `random` and `index` decides: one input can be made again without those before it. */
  input(random: Random, index: number): FuzzInput
  /** Answers a word that classes what happened ("200", "refused"). Throws where the surface did what it never may. */
  feed(input: FuzzInput): Promise<string>
  /** Between inputs, now and then: throws when something that must stand did not. */
  check(): Promise<void>
  close(): Promise<void>
}

/** The surface did what it never may; everything else it throws is a failure, too, and a less clear one. */
export class SurfaceFault extends Error {
  override readonly name = 'SurfaceFault'
}

/** For surfaces whose inputs are texts. */
export function textOf(input: FuzzInput): string {
  if (typeof input !== 'string') throw new Error('the input is no text')
  return input
}
