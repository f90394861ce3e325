// Says "look again" when one of a few names in one directory is touched. The directory is watched, not the files: a watch
// on a file dies with its inode. Events only wake; whoever is woken reads for himself.
import { stat } from 'node:fs/promises'
import { basename } from 'node:path'
import { type FSWatcher, watch as watchWithChokidar } from 'chokidar'

/** A watch that cannot be had must not hold up the start; the periodic look carries on. */
const READY_MS_MAX = 5_000

export type DirectoryWatch = {
  directory: string
  names: ReadonlySet<string>
  /** Which of the names, or null where that is not known. */
  onWake: (name: string | null) => void
  /** Told once for each kind of trouble, e.g. ENOSPC: the kernel's limit of watches is reached. */
  onProblem: (error: Error) => void
  /** Only for tests of what cannot be had on a sound machine. */
  watch?: typeof watchWithChokidar
}

export class DirectoryWatcher {
  readonly #watch: DirectoryWatch
  readonly #told = new Set<string>()
  #watcher: FSWatcher | null = null
  /** Device and inode that are watched; null: nothing is. */
  #armedOn: string | null = null
  #arming: Promise<void> = Promise.resolve()

  constructor(watch: DirectoryWatch) {
    this.#watch = watch
  }

  /** Watches the directory that has the name now. Resolves when events are delivered, or never will be. Call it now and then. */
  check(): Promise<void> {
    this.#arming = this.#arming.then(() => this.#arm()).catch((error: unknown) => this.#tellOnce(error))
    return this.#arming
  }

  async close(): Promise<void> {
    await this.#arming
    await this.#disarm()
  }

  async #arm(): Promise<void> {
    const there = await identityOf(this.#watch.directory)
    if (there === this.#armedOn) return
    // The directory was replaced (or a file system mounted over it): the old watch sees nothing of the new one.
    const replaced = this.#armedOn !== null
    await this.#disarm()
    if (there === null) return
    this.#armedOn = there
    await this.#start()
    if (replaced) this.#watch.onWake(null)
  }

  async #start(): Promise<void> {
    const { directory, names, onWake, watch = watchWithChokidar } = this.#watch
    const isOurs = (path: string): boolean => names.has(basename(path))
    const watcher = watch(directory, {
      depth: 0,
      // Would hold back every unlink for 100 ms, in case the file comes back; settling is not the watcher's business.
      atomic: false,
      ignoreInitial: true,
      ignored: (path) => path !== directory && !isOurs(path),
    })
    this.#watcher = watcher
    // Raw events come before chokidar looks for itself, which it does at most once a second. /run is a busy place
    // (1,448 events during one run of unattended-upgrades), so names are compared before anything else is done.
    watcher.on('raw', (_event, path) => {
      if (typeof path !== 'string') onWake(null)
      else if (isOurs(path)) onWake(basename(path))
    })
    watcher.on('all', (_event, path) => {
      if (isOurs(path)) onWake(basename(path))
    })
    watcher.on('unlinkDir', () => void this.check())
    watcher.on('error', (error) => this.#tellOnce(error))
    await readyOrLate(watcher)
  }

  async #disarm(): Promise<void> {
    const watcher = this.#watcher
    this.#watcher = null
    this.#armedOn = null
    await watcher?.close()
  }

  #tellOnce(thrown: unknown): void {
    const error = thrown instanceof Error ? thrown : new Error(String(thrown))
    const kind = 'code' in error ? String(error.code) : error.message
    if (this.#told.has(kind)) return
    this.#told.add(kind)
    this.#watch.onProblem(error)
  }
}

async function identityOf(directory: string): Promise<string | null> {
  try {
    const { dev, ino } = await stat(directory)
    return `${dev}:${ino}`
  } catch {
    return null
  }
}

function readyOrLate(watcher: FSWatcher): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, READY_MS_MAX)
    watcher.once('ready', () => {
      clearTimeout(timer)
      resolve()
    })
  })
}
