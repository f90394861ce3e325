// Does a surface keep what it was fed? Judged by what lives after a collection: resident memory moves by a tenth for
// reasons of the runtime's own, so it is stated and judges nothing.

/** Bytes. `live`: objects and the buffers they hold, after a full collection. */
export type Memory = { live: number; resident: number }
/** At half-way and in the end. Only the second half tells: until then caches fill and code is compiled. */
export type MemoryHalves = { half: Memory; end: Memory }

const LIVE_GROWTH_MAX = 0.1
/** A shorter run is over before caches are full. */
const JUDGED_COUNT_MIN = 10_000
const MEBIBYTE = 1024 * 1024

/** Throws where the process was started without --expose-gc. */
export async function readMemory(): Promise<Memory> {
  const collect = globalThis.gc
  if (collect === undefined) throw new Error('start with --expose-gc: live memory shows after a collection only')
  collect()
  // Buffers are let go a turn after their last holder was found dead.
  await new Promise((resolve) => setImmediate(resolve))
  collect()
  const { heapUsed, external, rss } = process.memoryUsage()
  return { live: heapUsed + external, resident: rss }
}

/** What is wrong with it; null: nothing, or the run was too short to tell. */
export function memoryProblem({ half, end }: MemoryHalves, count: number): string | null {
  const growth = end.live / half.live - 1
  if (count < JUDGED_COUNT_MIN || growth <= LIVE_GROWTH_MAX) return null
  return `live memory grew by ${(100 * growth).toFixed(0)} % over the second half`
}

/** "live 31.2 then 31.4 MiB, resident 120 then 118 MiB". */
export function memoryText({ half, end }: MemoryHalves): string {
  const [lived, lives] = [half.live, end.live].map((bytes) => (bytes / MEBIBYTE).toFixed(1))
  const [was, is] = [half.resident, end.resident].map((bytes) => (bytes / MEBIBYTE).toFixed(0))
  return `live ${lived} then ${lives} MiB, resident ${was} then ${is} MiB`
}
