// Is the running kernel patched in memory, and may a restart for it wait? The kernel says which patches it goes by; that they
// cover everything the pending kernel fixes, only whoever makes them can say. Every doubt means "not covered".
import { LIVE_PATCHES_MAX, NAME_LENGTH_MAX } from '../../shared/protocol/limits.ts'
import type { KernelSection } from '../../shared/sections/kernel.ts'
import type { Host } from '../host/host.ts'
import { currentFamilyFacts, type FoundFamilies } from './family-facts.ts'
import { firstLineOf, orNull } from './optional-read.ts'
import type { ProbeContext } from './probe.ts'
import { plainText } from './text.ts'

const PATCHES = '/sys/kernel/livepatch'
const CLIENT = '/snap/bin/canonical-livepatch'

type Livepatch = NonNullable<KernelSection['livepatch']>

/** Null where nothing is patched and no client is installed. */
export async function readLivepatch(context: ProbeContext, release: string): Promise<Livepatch | null> {
  const { host } = context
  const patches = await activePatches(host)
  const hasClient = (await orNull(host.facts(CLIENT))) !== null
  if (patches.length === 0 && !hasClient) return null
  if (!hasClient) return { patches, covers: null, why: 'whoever made the patches cannot be asked here' }
  return { patches, ...coverage(await currentFamilyFacts(context), release, patches) }
}

/** Loaded, and every task runs by them: kernel documentation, livepatch, "enabled" and "transition". */
async function activePatches(host: Host): Promise<string[]> {
  const names = ((await orNull(host.list(PATCHES))) ?? []).sort().slice(0, LIVE_PATCHES_MAX)
  const active: string[] = []
  for (const name of names) {
    const enabled = await firstLineOf(host, `${PATCHES}/${name}/enabled`)
    const transition = await firstLineOf(host, `${PATCHES}/${name}/transition`)
    if (enabled === '1' && transition === '0') active.push(plainText(name, NAME_LENGTH_MAX))
  }
  return active
}

type Coverage = Pick<Livepatch, 'covers' | 'why'>

function coverage(scanned: FoundFamilies, release: string, patches: readonly string[]): Coverage {
  if (scanned.facts === null) return { covers: null, why: scanned.why }
  const { livepatch, missing } = scanned.facts
  if (livepatch === null) return { covers: null, why: missing.livepatch ?? 'its client was not asked' }
  const { upgrade, kernel, patchState, support } = livepatch
  if (upgrade === 'recommended') return { covers: false, why: 'its client recommends a restart' }
  if (upgrade === null) return { covers: null, why: 'its client has no information' }
  if (kernel !== release) return { covers: null, why: `its client speaks of another kernel: ${kernel ?? 'none'}` }
  if (support !== null && support !== 'supported')
    return { covers: false, why: `its client calls the running kernel "${support}"` }
  if (patchState === 'nothing-to-apply' || (patchState === 'applied' && patches.length > 0)) {
    return { covers: true, why: null }
  }
  return { covers: null, why: `the state of its patches is "${patchState ?? 'not told'}"` }
}
