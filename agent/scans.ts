// What one-shot scans found becomes part of the sections: the agent asks for what is missing and looks again when it is
// answered. Nothing here waits for an answer, because there may be nobody who scans; `fresh` is for people who ask, and
// waits as long as they do.
import { dirname, join } from 'node:path'
import type { SectionName } from '../shared/sections/names.ts'
import { GoneProcesses } from './gone-processes.ts'
import { type FactsName, readFactsFile } from './host/facts-file.ts'
import { FreshScans } from './report-now/fresh-scans.ts'
import { ScanAsker, type ScanName } from './wakeups/ask.ts'
import type { DirectoryWatcher } from './wakeups/directory-watcher.ts'
import { createFactsWatcher } from './wakeups/facts-watcher.ts'

/** Which section each facts file is read with; `exposure` is read with `listeners`. */
const JOINED_BY = {
  inventory: 'host',
  updates: 'updates',
  families: 'sentinel',
  firewall: 'listeners',
  processes: 'processes',
} as const satisfies Record<FactsName, SectionName>

/** The others have a timer that goes off soon after the boot, or are asked for by what they are about. */
const ONCE_PER_BOOT = ['inventory', 'updates'] as const
/** What packages that changed are news for: what runs, what waits, what asks for a restart beside Debian's flag. */
const OF_PACKAGES = ['processes', 'updates', 'inventory'] as const

/** Services that the packages' own scripts restart do so in this time, and of a young process nothing can be said. */
const AFTER_PACKAGES_MS = 60_000

export type ScansOptions = {
  factsDirectory: string
  /** The host is a recording: make and model of this machine say nothing of it. */
  isRecorded: boolean
  steadyMs: () => number
  /** As the scans count it, ms. */
  uptimeMs: () => number
  /** Something is to be read again. */
  onAnswer: (section: SectionName) => void
  onProblem: (error: Error) => void
  /** Quiet time after packages were read, ms. */
  afterPackagesMs?: number
}

export type Scans = {
  watchers: DirectoryWatcher[]
  /** Asks for what nobody found out yet in this boot. */
  askForMissing(): Promise<void>
  ask(name: ScanName): Promise<void>
  /** The packages were read anew: what runs their old files, and what still waits, is looked for when all is quiet. */
  askAfterPackages(): void
  /** Asks for the processes where what was told of is gone; to be called now and then. */
  askAfterRestarts(): Promise<void>
  fresh: FreshScans
  close(): void
}

export function createScans(options: ScansOptions): Scans {
  const { factsDirectory, isRecorded, steadyMs, uptimeMs, onAnswer, onProblem } = options
  const { afterPackagesMs = AFTER_PACKAGES_MS } = options
  let later: NodeJS.Timeout | undefined
  const directory = askDirectory(factsDirectory)
  const asker = new ScanAsker({ directory, steadyMs, onProblem })
  // The numbers in a recording are of another machine's processes.
  const gone = isRecorded
    ? null
    : new GoneProcesses({ factsDirectory, steadyMs, ask: () => void asker.ask('processes') })
  const watcher = createFactsWatcher({
    directory: factsDirectory,
    names: Object.keys(JOINED_BY) as FactsName[],
    onAnswer: (name) => onAnswer(JOINED_BY[name]),
    onProblem,
  })
  return {
    watchers: [watcher],
    async askForMissing() {
      // A file that cannot be read is as good as none: a new one may be better.
      for (const name of ONCE_PER_BOOT) {
        const found = await readFactsFile(factsDirectory, name).catch(() => null)
        if (found === null) await asker.ask(name)
      }
    },
    ask: (name) => asker.ask(name),
    askAfterPackages() {
      clearTimeout(later)
      later = setTimeout(() => {
        for (const name of OF_PACKAGES) void asker.ask(name)
      }, afterPackagesMs).unref()
    },
    async askAfterRestarts() {
      await gone?.check()
    },
    fresh: new FreshScans({
      factsDirectory,
      askDirectory: directory,
      names: isRecorded ? ['firewall', 'processes'] : ['firewall', 'inventory', 'processes'],
      // What waits and what was fixed decide no restart, and apt may take seconds: it is told when it is known.
      unawaited: isRecorded ? [] : ['updates'],
      ask: (name) => asker.ask(name),
      uptimeMs,
      steadyMs,
    }),
    close() {
      clearTimeout(later)
      asker.close()
    },
  }
}

/** /run/overdue/ask beside /run/overdue/facts; elsewhere nobody made one, and nobody is asked. */
function askDirectory(factsDirectory: string): string {
  return join(dirname(factsDirectory), 'ask')
}
