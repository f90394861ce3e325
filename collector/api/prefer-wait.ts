// `Prefer: wait=N` (RFC 7240 section 4.3): how long a client is content to wait for its answer.

const WAIT = /(?:^|,) *wait *= *"?(\d{1,6})"? *(?:;|,|$)/i

/** In ms, at most `maxMs`; 0 when nothing of the kind is preferred, in which case the answer is wanted now. */
export function preferredWaitMs(header: string | string[] | undefined, maxMs: number): number {
  const [, seconds] = WAIT.exec(String(header ?? '')) ?? []
  return seconds === undefined ? 0 : Math.min(Number(seconds) * 1_000, maxMs)
}
