// Versions of what packages are built from: changelogs speak of these. Pure.

/** A rebuild without a change of the source adds +bN to the version of its packages: Debian Policy, 5.6.12. */
function withoutRebuild(version: string): string {
  return version.replace(/\+b\d+$/, '')
}

/** Of an entry's header. What signs Debian's kernels is a source of its own, which writes "6.1.192+2" for "6.1.192-2". */
export function sourceVersionOf(source: string, version: string): string {
  return source.startsWith('linux-signed-') ? version.replace(/\+(\d\S*)$/, '-$1') : version
}

/**
 * Of a package that became `to`, built from `source`, the versions of the source; null where `from` does not tell. Of a
 * package that is gone dpkg keeps no source: bsdutils 1:2.38.1 comes from 2.38.1, so 1:2.38.0 did from 2.38.0.
 */
export function sourceRange(from: string, to: string, source: string): { from: string; to: string } | null {
  const [old, now] = [withoutRebuild(from), withoutRebuild(to)]
  if (now === source) return { from: old, to: source }
  if (now.endsWith(source)) return cut(old, source, now.slice(0, -source.length), '')
  return now.startsWith(source) ? cut(old, source, '', now.slice(source.length)) : null
}

function cut(old: string, to: string, head: string, tail: string): { from: string; to: string } | null {
  const isAlike = old.startsWith(head) && old.endsWith(tail) && old.length > head.length + tail.length
  return isAlike ? { from: old.slice(head.length, old.length - tail.length), to } : null
}
