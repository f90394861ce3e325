// Where programs and libraries live that somebody installed for the whole host, by a package or by hand. Deleted code
// elsewhere is a program's own business: caches, compiled parts, releases of an application. Pure.

const FOLDERS = ['/usr/', '/opt/', '/bin/', '/sbin/', '/lib/', '/lib32/', '/lib64/', '/libx32/']

export function isInSystemFolder(path: string): boolean {
  return FOLDERS.some((folder) => path.startsWith(folder))
}
