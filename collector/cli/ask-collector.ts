// The client of a command, made from its flags.
import { Client } from './client.ts'
import type { Flags } from './command.ts'
import { readConnection } from './connection.ts'
import type { Io } from './io.ts'

/** Throws UsageError or CliError when it is not known which collector to ask, or as whom. */
export async function collectorOf(flags: Flags, io: Io): Promise<Client> {
  return new Client(await readConnection(flags, io), io.interrupted)
}
