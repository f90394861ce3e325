// What a query may ask of a server: a narrow view, so that a record need not be copied to be asked.
import type { Exposure, Lifecycle, PromotionReason, Reporting, State } from '../judgement/verdict.ts'

export interface QueryRow {
  readonly name: string
  readonly state: State
  readonly reporting: Reporting
  readonly exposure: Exposure
  readonly lifecycle: Lifecycle
  readonly reasons: readonly PromotionReason[]
  /** Has somebody said that nobody needs to look until then? */
  readonly snoozed: 'yes' | 'no'
  readonly application: string | null
  readonly environment: string | null
  readonly tags: Readonly<Record<string, string>>
  /** Packages that ask for the restart; null: could not be read. */
  readonly packages: readonly string[] | null
  /** Ports that are open, or may be. */
  readonly openPorts: readonly { port: number; unit?: string | null }[] | null
  /** Units whose processes still run what was replaced. */
  readonly outdatedUnits: readonly string[] | null
  readonly os: { id: string | null; versionId: string | null; prettyName: string | null } | null
  /** The release that runs. */
  readonly kernel: string | null
  /** Since when the restart is pending, epoch ms. */
  readonly since: number | null
  /** Last report or heartbeat, epoch ms; null: never heard. */
  readonly lastContactAt: number | null
}
