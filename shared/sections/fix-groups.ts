// Fixes as people read them: packages of one source that were upgraded together fixed the same, and are told together.
import type { PackageFix } from './updates.ts'

type Fix = Pick<PackageFix, 'package' | 'from' | 'to' | 'cves'>

export type FixGroup<F extends Fix> = {
  /** Without their architecture, each once. */
  packages: string[]
  /** What is said of each of them. */
  fix: F
}

/** In the order of `fixes`; without those that were read whole and name no id, for `isEmpty` says which. */
export function fixGroups<F extends Fix>(fixes: readonly F[], isEmpty: (fix: F) => boolean): FixGroup<F>[] {
  const groups = new Map<string, FixGroup<F>>()
  for (const fix of fixes) {
    if (isEmpty(fix)) continue
    const name = fix.package.split(':', 1)[0] ?? ''
    // Where no id is named, nothing says that two belong together.
    const key = fix.cves.length === 0 ? `${fix.package} ${fix.from}` : `${fix.from} ${fix.to} ${fix.cves.join(' ')}`
    const group = groups.get(key)
    if (group === undefined) groups.set(key, { packages: [name], fix })
    else if (!group.packages.includes(name)) group.packages.push(name)
  }
  return [...groups.values()]
}

/** "12 CVEs", "12 CVEs or more", "not known". Never "0" for what could not be read. */
export function cveCountText(count: number, isComplete: boolean): string {
  if (count === 0) return isComplete ? 'no CVE named' : 'not known'
  return `${count.toLocaleString('en')} ${count === 1 ? 'CVE' : 'CVEs'}${isComplete ? '' : ' or more'}`
}
