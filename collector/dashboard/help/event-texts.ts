// What each line of history means.
import type { EventType } from '../../../shared/judgement/transition.ts'

export const EVENT_TEXTS: Record<EventType, string> = {
  registered: 'Seen here for the first time.',
  'restart-required': 'A need for a restart came.',
  'restart-cleared':
    'It went: by a restart, because Livepatch covers it, because it does not apply to a container, or because the flag was removed by hand.',
  'restarted-still-required': 'It was restarted, and a restart is still required.',
  exposed: 'A listening port can be reached by anyone on the internet.',
  'no-longer-exposed': 'No listening port can be reached by anyone any more.',
  'outdated-service':
    'A service that anyone on the internet can reach still runs code that an upgrade replaced. It has to be restarted, not the server.',
  'service-current': 'That service runs the new code, or the server was restarted.',
  'known-exploited':
    'An upgrade that waits for the restart fixes what somebody is known to exploit: it may wait less long. Which ids stands beside it.',
  'no-longer-known-exploited':
    'The restart was made, nothing runs the old code any more, or the list does not name these ids any more.',
  stale: 'A restart has now been required for longer than the policy allows.',
  silent: 'Nothing has been heard of it for longer than the policy allows.',
  back: 'It was silent and reports again.',
  'address-changed': 'It has other addresses than the last that were known.',
  'package-changed': 'Packages were installed, removed, or changed in version.',
  'component-changed': 'Something that is watched by name, such as Ruby or nginx, is of another version.',
  'deploy-report': 'Somebody on the server asked for a report, a deploy hook for example, and said why.',
  removed: 'It was forgotten, uninstalled, or silent for too long.',
  approved: 'An operator let it in, or ended a conflict.',
  conflict: 'Two live machines were found to use one credential.',
  snoozed: 'An operator said that it can wait, until when and why.',
  'snooze-ended':
    'Its time was over, the restart was made, a reason came that it was not given for, or an operator ended it.',
  'port-declared': 'An operator said who can reach one of its ports, until when and why.',
  'port-declaration-ended': 'What was said of a port counts no more: its time was over, or an operator took it back.',
}
