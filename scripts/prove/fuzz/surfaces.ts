// Every way in, by name.
import { addressSurface, fileSurfaces } from './agent-files.ts'
import { answerSurface, configurationSurface } from './agent-inputs.ts'
import { enrolSurface, reportSurface } from './agent-routes.ts'
import { factsSurfaces } from './facts-files.ts'
import { refreshSurface } from './operator-routes.ts'
import { preferSurface } from './prefer.ts'
import { queryLanguageSurface } from './query-text.ts'
import { loginSurface, querySurface } from './reader-routes.ts'
import { answerLineSurface, socketSurface } from './socket-lines.ts'
import type { Surface } from './surface.ts'

export const SURFACES: readonly Surface[] = [
  enrolSurface,
  reportSurface,
  preferSurface,
  refreshSurface,
  querySurface,
  queryLanguageSurface,
  loginSurface,
  ...fileSurfaces,
  ...factsSurfaces,
  addressSurface,
  configurationSurface,
  answerSurface,
  socketSurface,
  answerLineSurface,
]
