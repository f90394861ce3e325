// What brings replaced code out of the way, in words and as a command. Pure.
import type { Remedy } from '../sections/processes.ts'
import { serviceName } from './headline-ports.ts'

/** `name`: of the unit or the program. "restart nginx". */
export function remedyText(remedy: Remedy, name: string): string {
  switch (remedy) {
    case 'restart':
      return `restart ${serviceName(name)}`
    case 'reexec':
      return 'have systemd execute itself anew'
    case 'relogin':
      return 'its user logs in again'
    case 'container':
      return 'restart the container or machine'
    case 'reboot':
      return 'restart the server'
    case 'never-alone':
      return `restart ${serviceName(name)} at a moment that a person chooses`
    default:
      return remedy satisfies never
  }
}

/** Systemd's names may hold what a shell reads otherwise: a command is for those that hold nothing of it. */
const PLAIN_SERVICE = /^[A-Za-z0-9][\w.:@-]{0,250}\.service$/

/** Null where no command is right for everybody. */
export function remedyCommand(remedy: Remedy, unit: string | null): string | null {
  if (remedy === 'reexec') return 'sudo systemctl daemon-reexec'
  if ((remedy !== 'restart' && remedy !== 'never-alone') || unit === null || !PLAIN_SERVICE.test(unit)) return null
  return `sudo systemctl restart ${serviceName(unit)}`
}
