// A host that said at shutdown that it restarts. Kept with the boot it said it in: another boot has not said so.
import type { Report } from '../../shared/protocol/report.ts'
import type { BootRecord } from '../store/records.ts'

/** Pure. Any later report of the same boot takes the goodbye back: that shutdown did not come. `now`: epoch ms. */
export function withGoodbye(boot: BootRecord | null, goodbye: Report['goodbye'], now: number): BootRecord | null {
  if (boot === null) return null
  if (goodbye === 'restarting') return { ...boot, goodbyeAt: now }
  return (boot.goodbyeAt ?? null) === null ? boot : { ...boot, goodbyeAt: null }
}
