// The word somebody most likely meant.

/** Null when nothing is near: a third of the letters wrong at most, one in short words. */
export function nearest(word: string, known: readonly string[]): string | null {
  const ranked = known.map((candidate) => ({ candidate, distance: editDistance(word.toLowerCase(), candidate) }))
  const best = ranked.toSorted((a, b) => a.distance - b.distance)[0]
  if (best === undefined || best.distance > Math.max(1, Math.floor(best.candidate.length / 3))) return null
  return best.candidate
}

/** Letters to insert, remove or replace (Levenshtein). Words beyond 40 letters are nobody's typo. */
function editDistance(a: string, b: string): number {
  if (a.length > 40) return Infinity
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let row = 1; row <= a.length; row++) {
    const current = [row]
    for (let column = 1; column <= b.length; column++) {
      const replaced = (previous[column - 1] ?? 0) + (a[row - 1] === b[column - 1] ? 0 : 1)
      current.push(Math.min(replaced, (previous[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1))
    }
    previous = current
  }
  return previous[b.length] ?? Infinity
}
