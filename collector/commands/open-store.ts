// The store for commands that run beside `serve`: the same folder, a second connection that writes no servers.
import { systemClock } from '../../shared/clock.ts'
import { loadConfig, readConfigFile, type CollectorConfig } from '../config.ts'
import { openSqliteStore } from '../store/sqlite-store.ts'
import type { Store } from '../store/store.ts'
import { settingFlags, text, type Flags } from './arguments.ts'
import type { Io } from './command.ts'

export type Admin = { store: Store; config: CollectorConfig; now: number }

/** Opens the store, does the work, closes it whatever happens. Throws ConfigError, StoreError. */
export async function withStore<T>(flags: Flags, io: Io, work: (admin: Admin) => T | Promise<T>): Promise<T> {
  const file = readConfigFile(text(flags, 'config') ?? io.environment['OVERDUE_CONFIG'])
  const config = loadConfig({ flags: settingFlags(flags), environment: io.environment, file })
  const store = openSqliteStore({ directory: config.dataDir, clock: systemClock, mode: 'admin' })
  try {
    return await work({ store, config, now: systemClock.now() })
  } finally {
    store.close()
  }
}

/** Who did it, for the audit: whoever may run commands as this user. */
export function byCommandLine(at: number): { at: number; actor: string } {
  return { at, actor: 'command line' }
}
