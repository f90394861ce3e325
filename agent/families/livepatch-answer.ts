// What Canonical's Livepatch client says of the running kernel. Its exit status alone is no evidence: 1 means "can wait", and
// a client that could not be started ends with 1, too. Pure.
import type { LivepatchAnswer } from '../../shared/facts/families.ts'
import { isObject, type JsonObject, objectIn, textIn } from './json-object.ts'

const UPGRADE: Readonly<Record<number, LivepatchAnswer['upgrade']>> = { 0: 'recommended', 1: 'can-wait' }

/** `status`: of `status --format json`. `upgradeCode`: exit status of `kernel-upgrade-required`. Null: not its words. */
export function parseLivepatch(status: string, upgradeCode: number): LivepatchAnswer | null {
  const running = runningIn(status)
  if (running === null) return null
  const patch = running['Livepatch']
  const word = isObject(patch) ? textIn(patch, 'State') : null
  return {
    upgrade: UPGRADE[upgradeCode] ?? null,
    kernel: releaseOf(textIn(running, 'Kernel')),
    patchState: word,
    support: textIn(running, 'Supported'),
  }
}

/** The one of the kernels it knows that runs. */
function runningIn(status: string): JsonObject | null {
  const kernels: unknown = objectIn(status)?.['Status']
  if (!Array.isArray(kernels)) return null
  return (kernels as unknown[]).filter(isObject).find((kernel) => kernel['Running'] === true) ?? null
}

/** "6.8.0-79.79-generic" is the release 6.8.0-79-generic in its upload 79. */
function releaseOf(kernel: string | null): string | null {
  return kernel?.replace(/^(\d[\d.]*-\d+)\.\d[\d.~]*(-[a-z])/, '$1$2') ?? null
}
