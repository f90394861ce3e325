// Wakes the agent when a scan has answered.
import { type DirectoryWatch, DirectoryWatcher } from './directory-watcher.ts'

export type FactsWatch<Name extends string> = Pick<DirectoryWatch, 'onProblem'> & {
  /** Where scans leave their facts files. */
  directory: string
  /** The files, without their ending. */
  names: readonly Name[]
  onAnswer: (name: Name) => void
}

/** One watcher for all of them: each would look up the directory for itself now and then. */
export function createFactsWatcher<Name extends string>(watch: FactsWatch<Name>): DirectoryWatcher {
  const { directory, names, onAnswer, onProblem } = watch
  const files = new Map(names.map((name) => [`${name}.json`, name]))
  const onWake = (file: string | null): void => {
    const name = file === null ? undefined : files.get(file)
    for (const one of name === undefined ? names : [name]) onAnswer(one)
  }
  return new DirectoryWatcher({ directory, names: new Set(files.keys()), onWake, onProblem })
}
