// Who changed packages, in the words of pages and of both command lines. Pure.
import type { ActorKind } from './updates.ts'

const WORDS: Record<ActorKind, string> = {
  unattended: 'unattended-upgrades',
  user: 'a user',
  root: 'root',
  desktop: 'the desktop',
  program: 'a program',
  dpkg: 'dpkg, without apt',
  unknown: 'somebody',
}

/** "anna", "unattended-upgrades", "the desktop for anna"; a kind of a newer agent's is shown as it is. */
export function actorText({ by, user }: { by: string; user: string | null }): string {
  const word = Object.hasOwn(WORDS, by) ? WORDS[by as ActorKind] : by
  if (user === null) return word
  return by === 'user' ? user : `${word} for ${user}`
}
