// "We no longer hear of this server." Whatever it last said, nobody knows whether it is still so.
import type { Heard } from '../reporting.ts'
import type { Promotion } from './promotion.ts'

export function silent(heard: Heard): Promotion {
  return { raised: heard.reporting === 'silent', changesAt: heard.changesAt }
}
