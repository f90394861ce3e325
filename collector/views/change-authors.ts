// Who changed packages, out of an event `package-changed`. Pure.

/** As an event `package-changed` keeps them; [] where it has none. */
export function authorsIn(data: Readonly<Record<string, unknown>>): Author[] {
  const runs = data['runs']
  return Array.isArray(runs) ? (runs as unknown[]).filter(isAuthor) : []
}

export type Author = { at: string | null; by: string; user: string | null; command: string | null }

function isAuthor(value: unknown): value is Author {
  if (typeof value !== 'object' || value === null) return false
  const { at, by, user, command } = value as Record<string, unknown>
  const isTextOrNull = (one: unknown): boolean => one === null || typeof one === 'string'
  return typeof by === 'string' && isTextOrNull(at) && isTextOrNull(user) && isTextOrNull(command)
}
