// Under which names a package may list a file. Pure.

const MERGED = /^(\/usr)?(\/(?:bin|sbin|lib|lib32|lib64|libx32)\/.+)$/

/**
 * Both spellings where /bin, /sbin and /lib are links into /usr: Debian 12 lists /lib/x86_64-linux-gnu/libc.so.6, which
 * every process has mapped as /usr/lib/x86_64-linux-gnu/libc.so.6.
 */
export function spellings(path: string): string[] {
  const [, usr, rest = ''] = MERGED.exec(path) ?? []
  if (rest === '') return [path]
  return [path, usr === undefined ? `/usr${rest}` : rest]
}

const SONAME = /^(.*\/[^/]+\.so\.\d+)(?:\.[\w.+~-]*)?$/

/**
 * What every version of a library has in common: "/usr/lib/x/liblzma.so.5" of "/usr/lib/x/liblzma.so.5.4.1", which no
 * package lists any more once 5.4.5 is there. Null for what is no library with a version.
 */
export function libraryFamily(path: string): string | null {
  return SONAME.exec(path)?.[1] ?? null
}

/**
 * Names that Debian's policy gives the package of a library, for one that was removed with all its files:
 * "libssl.so.1.1" was in libssl1.1, "libpng16.so.16" in libpng16-16. A guess, and so only for those the log says went.
 */
export function libraryPackages(path: string): string[] {
  const name = path.slice(path.lastIndexOf('/') + 1)
  const end = name.indexOf('.so.')
  const [stem, version] = [name.slice(0, Math.max(0, end)), name.slice(end + '.so.'.length)]
  if (!stem.startsWith('lib') || !/^\d[\w.]*$/.test(version)) return []
  const parts = version.split('.')
  const versions = parts.slice(0, 2).map((_, at) => parts.slice(0, at + 1).join('.'))
  const plain = stem.toLowerCase().replaceAll('_', '-')
  return versions.flatMap((one) => [`${plain}${one}`, `${plain}-${one}`, `${plain}${one}t64`, `${plain}-${one}t64`])
}
