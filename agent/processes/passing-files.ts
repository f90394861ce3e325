// Files that are made to be deleted while they are in use: code that just-in-time compilers and unpackers write, map and
// unlink at once. Nobody upgrades them. Pure.

const FOLDERS = ['/tmp/', '/var/tmp/', '/run/', '/var/run/', '/proc/', '/sys/']
const CACHE = /^(?:\/home\/[^/]+|\/root)\/\.cache\//
/** orc (GStreamer), Java Native Access; "#4711" is a file that was opened without ever having a name, open(2) O_TMPFILE. */
const NAMES = /^(?:orcexec\..*|jna.*\.tmp|#\d+)$/

export function isPassing(path: string): boolean {
  const name = path.slice(path.lastIndexOf('/') + 1)
  return FOLDERS.some((folder) => path.startsWith(folder)) || CACHE.test(path) || NAMES.test(name)
}
