// Where packages leave their changelogs.
import type { PackageFix } from '../../shared/sections/updates.ts'

/** Native packages, and those whose source is Debian's own, have but the second; others have their upstream's there. */
export function changelogsOf(name: string): string[] {
  // Names come out of logs: none is to lead elsewhere.
  if (!/^[a-z0-9][a-z0-9+.-]*$/i.test(name)) return []
  return ['changelog.Debian.gz', 'changelog.gz', 'changelog.Debian'].map((file) => `/usr/share/doc/${name}/${file}`)
}

/** Ubuntu leaves the ids with the modules; an image's own changelog only tells of its signature. */
export function changelogsOfKernel(release: string): string[] {
  return [`linux-modules-${release}`, `linux-image-${release}`].flatMap(changelogsOf)
}

/** All that may have been read for it. */
export function changelogsOfFix({ package: full }: Pick<PackageFix, 'package'>): string[] {
  const [name = ''] = full.split(':', 1)
  const release = /^linux-image-(.+)$/.exec(name)?.[1]
  return release === undefined ? changelogsOf(name) : changelogsOfKernel(release)
}
