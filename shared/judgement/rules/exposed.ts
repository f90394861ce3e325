// "This server needs a restart and anyone can reach it." Policy decides whether exposure that could not be told counts.
import type { Exposure, State } from '../verdict.ts'
import type { Promotion } from './promotion.ts'

export function countsAsExposed(exposure: Exposure, unknownExposureCounts: boolean): boolean {
  return exposure === 'exposed' || (exposure === 'unknown' && unknownExposureCounts)
}

export function exposed(state: State, exposure: Exposure, unknownExposureCounts: boolean): Promotion {
  return { raised: state === 'restart-required' && countsAsExposed(exposure, unknownExposureCounts), changesAt: null }
}
