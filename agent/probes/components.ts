// "Which versions of what operators care about?" From the list of packages; then from the folders of language managers and
// of what is installed by hand, as far as anybody may look, and from what the scan of the processes saw running there.
import { wantedComponents, type Wanted } from '../components/known.ts'
import { componentsOfPackages } from '../components/package-components.ts'
import { componentOfPath } from '../components/path-components.ts'
import type { Host } from '../host/host.ts'
import { COMPONENT_PATH_LENGTH_MAX, COMPONENTS_MAX } from '../../shared/protocol/limits.ts'
import type { Component, ComponentsSection } from '../../shared/sections/components.ts'
import { observed } from '../../shared/sections/section.ts'
import { type DpkgWatch, signatureOf, type Signature } from './dpkg-watch.ts'
import { currentFamilyFacts } from './family-facts.ts'
import { orNull, orNullIfMissing } from './optional-read.ts'
import { otherManager } from './packages.ts'
import type { Probe, ProbeContext } from './probe.ts'
import { processFactsIn } from './processes.ts'

/** What was found in the list of packages, which has megabytes, until another one takes its place. */
export class ComponentsWatch {
  #kept: { signature: Signature; found: Component[] } | null = null

  /** Rejects where the list cannot be read. Null: there is none. */
  async ofPackages(host: Host, dpkg: DpkgWatch, wanted: readonly Wanted[]): Promise<Component[] | null> {
    const signature = await signatureOf(host)
    if (signature === null) return null
    if (this.#kept?.signature === signature) return this.#kept.found
    // Half of an upgrade is neither the old state nor the new one.
    if (this.#kept !== null && (await dpkg.readiness(host)).kind === 'busy') return this.#kept.found
    return this.take(signature, await dpkg.installed(host), wanted)
  }

  /** For whoever read the list already. */
  take(signature: Signature, entries: readonly string[], wanted: readonly Wanted[]): Component[] {
    this.#kept = { signature, found: componentsOfPackages(entries, wanted) }
    return this.#kept.found
  }
}

export const componentsProbe: Probe<ComponentsSection> = {
  section: 'components',
  async read(context) {
    const { host, dpkg, components: watch = new ComponentsWatch(), componentNames = null } = context
    const wanted = wantedComponents(componentNames)
    const packaged = (await watch.ofPackages(host, dpkg, wanted)) ?? (await ofRpm(context, wanted))
    const running = await runningPrograms(context)
    const ran = (running.paths ?? []).flatMap((path) => componentOfPath(path, wanted) ?? [])
    const found = [...(await componentsInFolders(host, wanted)), ...ran]
    const missing = [...(packaged === null ? [await otherManager(host)] : []), ...(running.missing ?? [])]
    return observed({
      components: inOrder([...(packaged ?? []), ...found]),
      missing: missing.length === 0 ? null : missing.join('; '),
    })
  },
}

/** As the scan of the inventory found them; null where it did not. */
async function ofRpm(context: ProbeContext, wanted: readonly Wanted[]): Promise<Component[] | null> {
  const installed = (await currentFamilyFacts(context)).facts?.installed ?? null
  return installed === null ? null : componentsOfPackages(installed, wanted, 'rpm')
}

/** Folders that hold one folder for each version, where they stand for the whole host; those of users run, or do not count. */
const VERSIONS = [
  '/opt/rbenv/versions',
  '/opt/rubies',
  '/opt/nvm/versions/node',
  '/usr/local/rbenv/versions',
  '/usr/local/rvm/rubies',
  '/usr/local/nvm/versions/node',
  '/usr/local/n/versions/node',
  '/usr/local/pyenv/versions',
  '/usr/local/phpenv/versions',
]
const BY_HAND = ['/opt', '/usr/local', '/usr/local/bin', '/usr/local/sbin']

async function componentsInFolders(host: Host, wanted: readonly Wanted[]): Promise<Component[]> {
  const listed = await Promise.all(
    [...VERSIONS, ...BY_HAND].map(async (directory) => {
      const names = (await orNull(host.list(directory))) ?? []
      return names.map((name) => `${directory}/${name}`)
    }),
  )
  const found = listed.flat().flatMap((path) => {
    const component = path.length > COMPONENT_PATH_LENGTH_MAX ? null : componentOfPath(path, wanted)
    return component === null ? [] : [{ path, component }]
  })
  // A link is another name of what is found under its own.
  const kept = await Promise.all(
    found.map(async ({ path, component }) => ((await isLink(host, path)) ? [] : [component])),
  )
  return kept.flat()
}

async function isLink(host: Host, path: string): Promise<boolean> {
  return (await orNullIfMissing(host.facts(path)).catch(() => null))?.kind === 'link'
}

type Running = { paths?: readonly string[]; missing?: string[] }

async function runningPrograms(context: ProbeContext): Promise<Running> {
  const facts = await processFactsIn(context)
  if ('why' in facts) return { missing: [`what runs elsewhere is not known: ${facts.why}`] }
  if (facts.problem !== null) return { missing: [`what runs elsewhere is not known: ${facts.problem}`] }
  if (facts.programs === undefined) return { missing: ['what runs elsewhere is not known: the last scan did not look'] }
  return { paths: facts.programs }
}

function inOrder(found: readonly Component[]): Component[] {
  const keyOf = ({ name, version, path }: Component) => [name, version ?? '', path ?? ''].join('\0')
  const once = new Map(found.map((one) => [keyOf(one), one]))
  const keys = [...once.keys()].sort().slice(0, COMPONENTS_MAX)
  return keys.flatMap((key) => once.get(key) ?? [])
}
