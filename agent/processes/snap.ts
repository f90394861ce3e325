// Programs of a snap run from /snap/NAME/REVISION. Its files are not deleted when another revision becomes the current
// one, so the revision is all there is to see. Pure.

const EXE = /^(?:\/var\/lib\/snapd)?\/snap\/([a-z0-9][a-z0-9-]{0,39}(?:_[a-z0-9]{1,10})?)\/(x?\d{1,10})\//

/** Null for a program that is no snap's. */
export function snapOf(exe: string): { name: string; revision: string } | null {
  const [, name, revision] = EXE.exec(exe) ?? []
  return name === undefined || revision === undefined ? null : { name, revision }
}

/** `current`: the text of the link /snap/NAME/current; null where it cannot be read, and nothing is known. */
export function isOldRevision(revision: string, current: string | null): boolean {
  const target = current?.replace(/\/+$/, '').split('/').at(-1)
  return target !== undefined && /^x?\d+$/.test(target) && target !== revision
}
