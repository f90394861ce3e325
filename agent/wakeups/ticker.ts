// The look that stands behind every watcher: events get lost (a full inotify queue drops them without a word).

export type Ticker = { stop(): void }

/** Calls `onTick` every `everyMs`. Does not keep the process alive. */
export function startTicker(everyMs: number, onTick: () => void): Ticker {
  const timer = setInterval(onTick, everyMs)
  timer.unref()
  return { stop: () => clearInterval(timer) }
}
