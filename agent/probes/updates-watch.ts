// Keeps what was read last about updates until it changes: logs of dpkg and apt are long, and looked at every 30 s.
import type { UpdatesFacts } from '../../shared/facts/updates.ts'
import type { Section } from '../../shared/sections/section.ts'
import type { UpdatesSection } from '../../shared/sections/updates.ts'
import { factsFileMark } from '../host/facts-file.ts'
import type { Host } from '../host/host.ts'
import type { DpkgWatch } from './dpkg-watch.ts'
import { type FoundRuns, logsMark, readPackageRuns } from './package-runs.ts'
import { type FoundUpdates, readUpdatesFacts } from './update-facts.ts'

const AT_WORK: FoundRuns = { runs: null, why: 'packages are being changed at this moment' }

/** What the section is made of. */
type Parts = { runs: FoundRuns; facts: UpdatesFacts | null; why: string | null }

export class UpdatesWatch {
  readonly #factsDirectory: string
  #runs: { mark: string; found: FoundRuns } | null = null
  #facts: { mark: string | null; found: FoundUpdates } | null = null
  #made: { parts: Parts; section: Section<UpdatesSection> } | null = null

  constructor(factsDirectory: string) {
    this.#factsDirectory = factsDirectory
  }

  /** As they were before dpkg began, while it is at work; the look that reads the new list of packages reads them, too. */
  async runs(host: Host, dpkg: DpkgWatch): Promise<FoundRuns> {
    if ((await dpkg.readiness(host)).kind === 'busy') return this.#runs?.found ?? AT_WORK
    // Taken first: what is written while the logs are being read is found by the next look.
    const mark = await logsMark(host)
    if (this.#runs?.mark !== mark) this.#runs = { mark, found: await readPackageRuns(host) }
    return this.#runs.found
  }

  async facts(): Promise<FoundUpdates> {
    const mark = await factsFileMark(this.#factsDirectory, 'updates')
    if (this.#facts === null || mark === null || mark !== this.#facts.mark) {
      this.#facts = { mark, found: await readUpdatesFacts(this.#factsDirectory) }
    }
    return this.#facts.found
  }

  /** The one made last where its parts are the same: it may name 3,000 CVEs, and is asked for every 30 s. */
  section(parts: Parts, make: () => Section<UpdatesSection>): Section<UpdatesSection> {
    const made = this.#made
    const isSame =
      made !== null &&
      made.parts.runs === parts.runs &&
      made.parts.facts === parts.facts &&
      made.parts.why === parts.why
    const section = isSame ? made.section : make()
    this.#made = { parts, section }
    return section
  }
}
