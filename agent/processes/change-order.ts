// Was the package changed while the process ran? Only then the process runs what the change replaced. Pure.

/** Clocks of the kernel and of the file system round differently, and dpkg writes its list a moment after the files. */
const TOLERANCE_MS = 2_000

/** Both epoch ms. A change nobody dated may have been one. */
export function changedWhileRunning(changedAtMs: number | null, startedAtMs: number): boolean {
  return changedAtMs === null || changedAtMs + TOLERANCE_MS >= startedAtMs
}
