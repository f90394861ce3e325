// The packages that ask for a restart, as they are installed now: which version, built from what. The flag names packages
// only; advisories name the source.
import type { Host } from '../host/host.ts'
import { DPKG_STATUS, type InstalledPackage, readInstalledPackages, STATUS_FIELDS_WITH_SOURCE } from './dpkg-status.ts'

/** `installed`: once per architecture; empty for a name that dpkg does not count as installed, null where its list was not read. */
export type AskingPackage = { name: string; installed: InstalledPackage[] | null }

/** In the order of `names`. Never rejects. */
export async function readAskingPackages(host: Host, names: readonly string[]): Promise<AskingPackage[]> {
  if (names.length === 0) return []
  const found = new Map<string, InstalledPackage[]>(names.map((name) => [name, []]))
  try {
    const lines = host.readLines(DPKG_STATUS, { starting: STATUS_FIELDS_WITH_SOURCE })
    for await (const installed of readInstalledPackages(lines)) found.get(installed.name)?.push(installed)
  } catch {
    return names.map((name) => ({ name, installed: null }))
  }
  return [...found].map(([name, installed]) => ({ name, installed }))
}
