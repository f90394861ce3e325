// Does rpm manage the packages of this host? Its folder alone says nothing: on Debian rpm is a package like others.
import { isMissing, type Host } from '../host/host.ts'
import { DPKG_STATUS } from './dpkg-status.ts'

const DATABASES = ['/usr/lib/sysimage/rpm', '/var/lib/rpm']

/** Throws HostError where that cannot be seen. */
export async function hasRpmPackages(host: Host): Promise<boolean> {
  if (await isThere(host, DPKG_STATUS)) return false
  for (const database of DATABASES) if (await isThere(host, database)) return true
  return false
}

export async function isThere(host: Host, path: string): Promise<boolean> {
  try {
    await host.facts(path)
    return true
  } catch (error) {
    if (isMissing(error)) return false
    throw error
  }
}
