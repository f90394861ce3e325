// What every test of the installer needs: one bundle, one collector that serves it, join keys, and hosts.
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { spawnSync } from 'node:child_process'
import { afterAll } from 'vitest'
import type { ServerRecord } from '../../../collector/store/records.ts'
import { buildAgentBundle } from '../agent-bundle.ts'
import { LOOPBACK_CERTIFICATE, LOOPBACK_KEY } from '../loopback-certificate.ts'
import { TestCollector } from '../test-collector.ts'
import { type ArtefactSettings, makeArtefacts } from './artefacts.ts'
import type { InstallHost } from './host.ts'

/** Why the installer cannot be tried on this machine; null: it can. */
export const whyNot = ['dash', 'curl', 'xz', 'tar', 'dpkg'].every(
  (name) => spawnSync(name, ['--version']).error === undefined,
)
  ? null
  : 'dash, curl, xz, tar and dpkg are needed'

/** An installation starts the runtime several times, and waits for a report. */
export const PATIENT = { timeout: 180_000 }

export class InstallRig {
  readonly directory: string
  readonly collector: TestCollector
  readonly artefacts: string
  readonly #bundle: string
  url = ''

  private constructor(bundle: string, directory: string, tls: boolean) {
    this.#bundle = bundle
    this.directory = directory
    this.artefacts = join(directory, 'agent')
    this.collector = new TestCollector({
      server: { artefactsFolder: this.artefacts },
      config: tls ? { tls: { cert: LOOPBACK_CERTIFICATE, key: LOOPBACK_KEY } } : {},
    })
  }

  /** Call it in `beforeAll`. */
  static async start({ tls = false } = {}): Promise<InstallRig> {
    const rig = new InstallRig(await buildAgentBundle(), mkdtempSync(join(tmpdir(), 'overdue-install-')), tls)
    rig.offer({})
    rig.url = await rig.collector.listen()
    return rig
  }

  async stop(): Promise<void> {
    await this.collector.close()
    rmSync(this.directory, { recursive: true, force: true })
  }

  /** From now on the collector serves these. */
  offer(settings: Omit<ArtefactSettings, 'bundle'>, folder = this.artefacts): string {
    for (const left of [folder, `${folder}.runtime`, `${folder}.files`]) rmSync(left, { recursive: true, force: true })
    makeArtefacts(folder, { ...settings, bundle: this.#bundle })
    return folder
  }

  /** A join key in a file of the host; its path. */
  giveKey(host: InstallHost, key = this.collector.createJoinKey()): string {
    return host.write('root/join-key', `${key}\n`, 0o600)
  }

  /** The certificate that the collector shows, as the authority it is for itself. */
  caFile(): string {
    const file = join(this.directory, 'ca.pem')
    if (!existsSync(file)) writeFileSync(file, LOOPBACK_CERTIFICATE)
    return file
  }

  servers(): readonly ServerRecord[] {
    return this.collector.ctx.projection.inOrder()
  }
}

export function stopAfterAll(rig: () => InstallRig): void {
  afterAll(() => rig().stop())
}
