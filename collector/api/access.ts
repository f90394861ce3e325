// Who may call a route, remembered beside the guard that sees to it: the description cannot say otherwise.
import type { Role } from '../store/records.ts'

/** Null: anyone. */
export type Access = Role | 'server' | 'join-key' | null

const accessOfGuard = new WeakMap<object, Access>()

/** Returns the guard. */
export function guardFor<G extends object>(access: Access, guard: G): G {
  accessOfGuard.set(guard, access)
  return guard
}

/** `hooks`: a route's onRequest, as the HTTP library keeps it. */
export function accessOf(hooks: unknown): Access {
  for (const hook of [hooks].flat()) {
    const access = typeof hook === 'function' ? accessOfGuard.get(hook) : undefined
    if (access !== undefined) return access
  }
  return null
}
