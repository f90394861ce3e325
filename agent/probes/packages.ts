// "What is installed?" From dpkg's own list, which anybody may read. Other package managers are named, not read.
// Cannot see: what was put there without a package manager.
import { wantedComponents } from '../components/known.ts'
import type { Host } from '../host/host.ts'
import type { PackagesSection } from '../../shared/sections/packages.ts'
import { absent, observed } from '../../shared/sections/section.ts'
import { DPKG_STATUS } from './dpkg-status.ts'
import { signatureOf } from './dpkg-watch.ts'
import { orNullIfMissing } from './optional-read.ts'
import type { Probe } from './probe.ts'

export const packagesProbe: Probe<PackagesSection> = {
  section: 'packages',
  readiness: ({ dpkg, host }) => dpkg.readiness(host),
  async read({ componentNames = null, components, dpkg, host }) {
    // Taken first: what changes while the list is being read is found by the next look.
    const signature = await signatureOf(host)
    dpkg.beginReading(signature)
    if (signature === null) return absent(await otherManager(host))
    const installed = await dpkg.installed(host)
    components?.take(signature, installed, wantedComponents(componentNames))
    return observed(installed)
  },
}

const OTHER_MANAGERS = [
  { name: 'rpm', places: ['/usr/lib/sysimage/rpm', '/var/lib/rpm'] },
  { name: 'pacman', places: ['/var/lib/pacman/local'] },
  { name: 'apk', places: ['/lib/apk/db/installed', '/usr/lib/apk/db/installed'] },
]

export async function otherManager(host: Host): Promise<string> {
  for (const { name, places } of OTHER_MANAGERS) {
    for (const place of places) {
      if ((await orNullIfMissing(host.facts(place))) !== null) return `${name} manages the packages: not read yet`
    }
  }
  return `there is no ${DPKG_STATUS}`
}
