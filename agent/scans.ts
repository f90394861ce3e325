// What one-shot scans found becomes part of the sections: the agent asks for what is missing and looks again when it is
// answered. Nothing here waits for an answer, because there may be nobody who scans.
import { dirname, join } from 'node:path'
import type { SectionName } from '../shared/sections/names.ts'
import { readFactsFile } from './host/facts-file.ts'
import { ScanAsker, type ScanName } from './wakeups/ask.ts'
import type { DirectoryWatcher } from './wakeups/directory-watcher.ts'
import { createFactsWatcher } from './wakeups/facts-watcher.ts'

/** Which section a scan's answer is read with. */
const JOINED_BY = { inventory: 'host', firewall: 'listeners' } as const satisfies Partial<Record<ScanName, SectionName>>

export type ScansOptions = {
  factsDirectory: string
  steadyMs: () => number
  /** Something is to be read again. */
  onAnswer: (section: SectionName) => void
  onProblem: (error: Error) => void
}

export type Scans = {
  watchers: DirectoryWatcher[]
  /** Asks for what nobody found out yet in this boot. */
  askForMissing(): Promise<void>
  ask(name: ScanName): Promise<void>
  close(): void
}

export function createScans({ factsDirectory, steadyMs, onAnswer, onProblem }: ScansOptions): Scans {
  const asker = new ScanAsker({ directory: askDirectory(factsDirectory), steadyMs, onProblem })
  const watch = (name: keyof typeof JOINED_BY): DirectoryWatcher =>
    createFactsWatcher(factsDirectory, name, { onWake: () => onAnswer(JOINED_BY[name]), onProblem })
  return {
    watchers: [watch('inventory'), watch('firewall')],
    async askForMissing() {
      // A file that cannot be read is as good as none: a new one may be better.
      const found = await readFactsFile(factsDirectory, 'inventory').catch(() => null)
      if (found === null) await asker.ask('inventory')
    },
    ask: (name) => asker.ask(name),
    close: () => asker.close(),
  }
}

/** /run/overdue/ask beside /run/overdue/facts; elsewhere nobody made one, and nobody is asked. */
function askDirectory(factsDirectory: string): string {
  return join(dirname(factsDirectory), 'ask')
}
