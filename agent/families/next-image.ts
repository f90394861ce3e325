// What the next boot of an image-based host starts, as `rpm-ostree status --json` and `bootc status --json` tell. Pure.
import { isObject, type JsonObject, objectIn, textIn } from './json-object.ts'

export type NextImage = { next: string | null }

/** The first deployment is what the next boot starts, rpm-ostree(1). Null for what is no answer of its. */
export function nextOfRpmOstree(printed: string): NextImage | null {
  const answer = objectIn(printed)
  const deployments: unknown = answer?.['deployments']
  if (!Array.isArray(deployments) || deployments.length === 0) return null
  const [first] = deployments as unknown[]
  if (!isObject(first) || typeof first['booted'] !== 'boolean') return null
  return { next: first['booted'] ? null : (textIn(first, 'version') ?? textIn(first, 'checksum') ?? 'staged') }
}

/** A rollback that is queued is started next although nothing is staged. Null for what is no answer of its. */
export function nextOfBootc(printed: string): NextImage | null {
  const status = objectIn(printed)?.['status']
  if (!isObject(status) || !('staged' in status)) return null
  const { staged } = status
  if (staged === null) return { next: status['rollbackQueued'] === true ? 'the one before (rollback)' : null }
  return isObject(staged) ? { next: imageName(staged) ?? 'staged' } : null
}

function imageName(staged: JsonObject): string | null {
  const { image } = staged
  if (!isObject(image)) return null
  const reference = image['image']
  return textIn(image, 'version') ?? (isObject(reference) ? textIn(reference, 'image') : null)
}
