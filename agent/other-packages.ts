// Says when packages changed on a host whose packages are not dpkg's, whose list has a watcher of its own: by the files and
// folders that rpm, pacman and apk change with every step. What changed, scans find out.
import type { Host } from './host/host.ts'
import { DPKG_STATUS } from './probes/dpkg-status.ts'
import { isThere } from './probes/rpm-packages.ts'

/** rpm has one of four databases, in one of two places; what is written last lies beside it for a while. */
const RPM = ['rpmdb.sqlite', 'rpmdb.sqlite-wal', 'Packages', 'Packages.db']
const DATABASES = [
  ...['/usr/lib/sysimage/rpm', '/var/lib/rpm'].flatMap((folder) => RPM.map((file) => `${folder}/${file}`)),
  '/var/lib/pacman/local',
  '/lib/apk/db/installed',
  '/usr/lib/apk/db/installed',
]

export class OtherPackages {
  readonly #host: Host
  readonly #onChange: () => void
  /** Null: nobody looked yet, or it could not be found out. */
  #isDpkg: boolean | null = null
  #mark: string | null = null

  constructor(host: Host, onChange: () => void) {
    this.#host = host
    this.#onChange = onChange
  }

  /** To be called now and then. Never rejects. */
  async check(): Promise<void> {
    this.#isDpkg ??= await isThere(this.#host, DPKG_STATUS).catch(() => null)
    if (this.#isDpkg !== false) return
    const mark = (await Promise.all(DATABASES.map(async (path) => await this.#markOf(path)))).join('\n')
    const isNew = this.#mark !== null && mark !== this.#mark
    this.#mark = mark
    if (isNew) this.#onChange()
  }

  async #markOf(path: string): Promise<string> {
    return await this.#host.facts(path).then(
      ({ inode, mtimeMs, sizeBytes }) => `${inode} ${mtimeMs} ${sizeBytes}`,
      () => '-',
    )
  }
}
