// Finds a path of the machine inside a directory that stands for its "/". Links are followed as that machine would, so
// an absolute link, or any number of "..", ends inside the directory whatever it says.
import { readlink } from 'node:fs/promises'
import { join } from 'node:path'
import { HostError } from './host.ts'
import { errnoOf } from './host-errors.ts'

/** As many as Linux follows, path_resolution(7). */
const LINKS_MAX = 40

/**
 * The canonical path as on the machine ("/run/reboot-required"), to be joined to `root`.
 * `last` says whether a link in the last place is followed or is itself what was asked for.
 */
export async function resolveInside(root: string, path: string, last: 'follow' | 'keep'): Promise<string> {
  let ahead = path.split('/').filter(isName)
  let done: string[] = []
  for (let links = 0; ;) {
    const name = ahead.shift()
    if (name === undefined) return `/${done.join('/')}`
    if (name === '..') {
      done.pop()
      continue
    }
    const target = last === 'keep' && ahead.length === 0 ? null : await linkTarget(join(root, ...done, name))
    if (target === null) {
      done.push(name)
      continue
    }
    links += 1
    if (links > LINKS_MAX) throw new HostError('OTHER', `resolve ${path}: too many links`)
    if (target.startsWith('/')) done = []
    ahead = [...target.split('/').filter(isName), ...ahead]
  }
}

function isName(part: string): boolean {
  return part !== '' && part !== '.'
}

/** Null where there is no link: a file, a directory, or nothing. */
async function linkTarget(path: string): Promise<string | null> {
  try {
    return await readlink(path)
  } catch (error) {
    const errno = errnoOf(error)
    if (errno === 'EINVAL' || errno === 'ENOENT' || errno === 'ENOTDIR') return null
    throw error
  }
}
