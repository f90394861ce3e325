// Every way in, by name.
import { addressSurface, fileSurfaces } from './agent-files.ts'
import { answerSurface, configurationSurface } from './agent-inputs.ts'
import { enrolSurface, reportSurface } from './agent-routes.ts'
import { queryLanguageSurface } from './query-text.ts'
import { loginSurface, querySurface } from './reader-routes.ts'
import type { Surface } from './surface.ts'

export const SURFACES: readonly Surface[] = [
  enrolSurface,
  reportSurface,
  querySurface,
  queryLanguageSurface,
  loginSurface,
  ...fileSurfaces,
  addressSurface,
  configurationSurface,
  answerSurface,
]
