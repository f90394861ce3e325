// What making sets of addresses costs, which a walk does not see in their results. Pure but for the count.

/** A border that is compared costs a sixteenth of a step of a walk, one that is only copied an eighth of that: measured. */
const COMPARED_PER_STEP = 16
const COPIED_PER_STEP = 128
let [compared, copied] = [0, 0]

export function noteCompared(borders: number): void {
  compared += borders
}

export function noteSorted(ranges: number): void {
  compared += ranges * COMPARED_PER_STEP
}

export function noteCopied(borders: number): void {
  copied += borders
}

/** In steps, since this was asked last. */
export function takeEffort(): number {
  const steps = compared / COMPARED_PER_STEP + copied / COPIED_PER_STEP
  compared = 0
  copied = 0
  return steps
}
