// The word somebody most likely meant.

/** Words beyond this many letters are nobody's typo. */
const LENGTH_MAX = 40

/** Null when nothing is near: a third of the letters wrong at most, one in short words. */
export function nearest(word: string, known: readonly string[]): string | null {
  let best: { candidate: string; distance: number } | null = null
  for (const candidate of known) {
    const distance = editDistance(word.toLowerCase(), candidate)
    if (distance < (best?.distance ?? Infinity)) best = { candidate, distance }
  }
  if (best === null) return null
  return best.distance <= Math.max(1, Math.floor(best.candidate.length / 3)) ? best.candidate : null
}

/** Letters to insert, remove, replace, or swap with the next (optimal string alignment). */
function editDistance(a: string, b: string): number {
  if (a.length > LENGTH_MAX) return Infinity
  let beforeLast: number[] = []
  let last = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let row = 1; row <= a.length; row++) {
    const current = [row]
    for (let column = 1; column <= b.length; column++) {
      const replaced = (last[column - 1] ?? 0) + (a[row - 1] === b[column - 1] ? 0 : 1)
      const isSwap = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1]
      const swapped = isSwap ? (beforeLast[column - 2] ?? 0) + 1 : Infinity
      current.push(Math.min(replaced, swapped, (last[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1))
    }
    beforeLast = last
    last = current
  }
  return last[b.length] ?? Infinity
}
