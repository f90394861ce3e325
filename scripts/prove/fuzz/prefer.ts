// The header with which a heartbeat asks for its answer to be held. Pure where it is read, so that nothing has to wait.
import { preferredWaitMs } from '../../../collector/api/prefer-wait.ts'
import { HOLD_S_MAX } from '../../../shared/protocol/limits.ts'
import { mutateText } from './mutate-text.ts'
import { SurfaceFault, textOf, type Surface } from './surface.ts'

const HEADERS = [
  'wait=57',
  'respond-async, wait=10',
  'wait="30"; strict, return=minimal',
  'handling=lenient; wait=5',
  '',
]

export const preferSurface: Surface = {
  name: 'prefer',
  async open() {
    return {
      input: (random) => mutateText(random.pick(HEADERS), random),
      feed: async (header) => held(textOf(header)),
      check: async () => {},
      close: async () => {},
    }
  },
}

function held(header: string): string {
  const ms = preferredWaitMs(header, HOLD_S_MAX * 1_000)
  if (!Number.isInteger(ms) || ms < 0 || ms > HOLD_S_MAX * 1_000) throw new SurfaceFault(`holds for ${ms} ms`)
  return ms === 0 ? 'at once' : ms === HOLD_S_MAX * 1_000 ? 'as long as may be' : 'held'
}
