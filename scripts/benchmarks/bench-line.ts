// One line of the budget, with what it is compared to in the same run.

export type BenchLine = {
  name: string
  value: number
  unit: string
  /** In words, as the contract says it. */
  budget: string
  /** What the same machine needs without us, in the same unit; null where the budget is absolute. */
  floor: number | null
  /** value / floor */
  ratio: number | null
  pass: boolean
}

export function line(
  name: string,
  value: number,
  unit: string,
  budget: string,
  pass: boolean,
  floor: number | null = null,
): BenchLine {
  return { name, value, unit, budget, floor, ratio: floor === null || floor === 0 ? null : value / floor, pass }
}

/** Nearest-rank percentile of unsorted samples. */
export function percentile(samples: readonly number[], p: number): number {
  const sorted = samples.toSorted((a, b) => a - b)
  return sorted[Math.max(0, Math.ceil((p / 100) * sorted.length) - 1)] ?? Number.NaN
}

export type BenchSize = 'full' | 'quick'
