// One line of the doctor: what was looked at, what was found, and what to do about it.

export type Finding = {
  name: string
  result: 'ok' | 'warn' | 'fail'
  says: string
  /** Null where nothing needs to be done. */
  fix: string | null
}

export function ok(name: string, says: string): Finding {
  return { name, result: 'ok', says, fix: null }
}

export function warn(name: string, says: string, fix: string): Finding {
  return { name, result: 'warn', says, fix }
}

export function fail(name: string, says: string, fix: string): Finding {
  return { name, result: 'fail', says, fix }
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
