// The one command of the documentation, on a host.
import { join } from 'node:path'
import type { TestHost } from './boot-host.ts'
import type { Ran } from './command.ts'
import type { ReachableCollector } from './reachable-collector.ts'

const CA_FILE = '/root/collector-ca.pem'

/** Puts on the host what an operator brings there: a join key, and the authority that signed the collector's certificate. */
export async function bringKey(host: TestHost, collector: ReachableCollector, directory: string): Promise<string> {
  const file = '/root/join-key.toml'
  const bundle = await collector.joinKey(join(directory, `join-key-${Math.random().toString(36).slice(2)}.toml`))
  await host.write(file, bundle, '0600')
  await host.copyIn(collector.certFile, CA_FILE)
  return file
}

export function install(host: TestHost, collector: ReachableCollector, flags: string): Promise<Ran> {
  return host.run(`curl -fsSL --cacert ${CA_FILE} ${collector.url}/install.sh | sh -s -- ${flags}`)
}
