// Where the flag is written: /run and, where that is another place, /var/run.
import { join } from 'node:path'
import type { Host } from './host/host.ts'

const DIRECTORIES = ['/run', '/var/run']

/** As paths of this machine, each once; `root` stands for "/". */
export async function sentinelDirectories(host: Pick<Host, 'realPath'>, root: string): Promise<string[]> {
  const directories = new Set<string>()
  for (const directory of DIRECTORIES) {
    // What does not exist now may come to exist: it is watched for under its own name.
    directories.add(join(root, await host.realPath(directory).catch(() => directory)))
  }
  return [...directories]
}
