// When each server is to be judged again. One number a server: going through 100,000 of them takes about a millisecond,
// which a structure that is kept sorted under thousands of reports a second would not save.

export class DueTimes {
  readonly #dueAt = new Map<string, number>()

  /** `at` in epoch ms; null: time alone never changes this one. */
  set(id: string, at: number | null): void {
    if (at === null) this.#dueAt.delete(id)
    else this.#dueAt.set(id, at)
  }

  /** At most `countMax` of those due at `now`; whoever does not fit is still due next time. */
  due(now: number, countMax: number): string[] {
    const ids: string[] = []
    for (const [id, at] of this.#dueAt) {
      if (at > now) continue
      if (ids.push(id) >= countMax) break
    }
    return ids
  }
}
