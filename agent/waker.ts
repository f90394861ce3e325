// Lets a loop sleep until something says "look again" or a time has passed. Wake-ups carry no data and coalesce:
// a hundred of them during one look make one more look.

/** Longest delay setTimeout takes; a longer one would fire at once. */
const TIMER_MS_MAX = 2 ** 31 - 1

export class Waker {
  #pending = false
  #release: (() => void) | null = null

  /** Ends the present wait, or the next one at once when nobody waits. */
  wake(): void {
    if (this.#release === null) this.#pending = true
    else this.#release()
  }

  /** Waits at most `delayMs` (null: for as long as it takes). True when woken, false when the time passed or `signal` fired. */
  async wait(delayMs: number | null, signal: AbortSignal): Promise<boolean> {
    if (!this.#pending && !signal.aborted && delayMs !== 0) await this.#sleep(delayMs, signal)
    const woken = this.#pending
    this.#pending = false
    return woken
  }

  #sleep(delayMs: number | null, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const finish = (): void => {
        clearTimeout(timer)
        signal.removeEventListener('abort', finish)
        this.#release = null
        resolve()
      }
      const timer = delayMs === null ? undefined : setTimeout(finish, Math.min(Math.max(0, delayMs), TIMER_MS_MAX))
      signal.addEventListener('abort', finish)
      this.#release = () => {
        this.#pending = true
        finish()
      }
    })
  }
}
