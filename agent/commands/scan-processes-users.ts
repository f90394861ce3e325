// Names of users from the host's own file, passwd(5). Names that come from elsewhere (LDAP) stay numbers: to ask for them
// would be to talk to the network.
import type { Host } from '../host/host.ts'

/** Never rejects. */
export async function readUserNames(host: Host): Promise<(uid: number) => string> {
  const text = await host.readText('/etc/passwd').catch(() => '')
  const names = new Map<string, string>()
  for (const line of text.split('\n')) {
    const [name = '', , uid = ''] = line.split(':')
    // The first one counts, getpwuid(3).
    if (/^\d+$/.test(uid) && name !== '' && !names.has(uid)) names.set(uid, name)
  }
  return (uid) => names.get(String(uid)) ?? String(uid)
}
