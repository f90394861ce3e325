// "This server needs a restart and anyone can reach it." Policy decides whether exposure that could not be told counts, and
// whether a service that runs old code counts where the server itself needs no restart.
import type { OpenService } from '../open-services.ts'
import type { ApplicationPolicy } from '../policy.ts'
import type { Exposure, State } from '../verdict.ts'
import type { Promotion } from './promotion.ts'

export function countsAsExposed(exposure: Exposure, unknownExposureCounts: boolean): boolean {
  return exposure === 'exposed' || (exposure === 'unknown' && unknownExposureCounts)
}

/** Those that promote their server by themselves. */
export function countingServices(
  services: readonly OpenService[],
  { outdatedServiceCounts, unknownExposureCounts }: Required<ApplicationPolicy>,
): OpenService[] {
  if (!outdatedServiceCounts) return []
  return services.filter(({ verdict }) => countsAsExposed(verdict, unknownExposureCounts))
}

export function exposed(state: State, exposure: Exposure, unknownExposureCounts: boolean): Promotion {
  return { raised: state === 'restart-required' && countsAsExposed(exposure, unknownExposureCounts), changesAt: null }
}
