// What several test files need and none of them changes is made by the first that asks: a bundle, a release, a tree of files.
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { until } from '../until.ts'

/** In the environment of a run: the folder of what is shared, see run-folder.ts. */
export const SHARED_FOLDER = 'OVERDUE_TESTS_SHARE'
/** As long as the slowest of them may take: the tree of a test host, where packages come slowly. */
const WAIT_MS_MAX = 1_200_000

let own: string | null = null

/**
 * Folder that `make` filled, in this process or in another of the same run. Rejects for everybody when it fails, with what
 * it said: a second try would fail as well, and take as long. Outside of a run each process makes its own.
 */
export async function onceARun(name: string, make: (folder: string) => Promise<unknown>): Promise<string> {
  const place = join(sharedFolder(), name)
  const failure = `${place}.failed`
  if (isFirst(`${place}.begun`)) await makeThere(place, failure, make)
  else await until(`${name} is made`, () => existsSync(place) || existsSync(failure), WAIT_MS_MAX)
  if (existsSync(failure)) throw new Error(readFileSync(failure, 'utf8'))
  return place
}

async function makeThere(place: string, failure: string, make: (folder: string) => Promise<unknown>): Promise<void> {
  const making = `${place}.making`
  try {
    mkdirSync(making)
    await make(making)
    renameSync(making, place)
  } catch (error) {
    writeFileSync(failure, error instanceof Error ? error.message : String(error))
  }
}

/** Creating a folder succeeds for one of all who try. */
function isFirst(marker: string): boolean {
  try {
    mkdirSync(marker)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}

function sharedFolder(): string {
  return process.env[SHARED_FOLDER] ?? (own ??= makeOwn())
}

function makeOwn(): string {
  const folder = mkdtempSync(join(tmpdir(), 'overdue-shared-'))
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
  return folder
}
