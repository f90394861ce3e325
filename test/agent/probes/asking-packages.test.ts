import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readAskingPackages } from '../../../agent/probes/asking-packages.ts'
import { AgentHost, buildAgentBundle } from '../../support/agent-bundle.ts'
import { contextOf, makeRecording, type HostFiles } from '../../support/recorded-host.ts'

const sample = (name: string) => readFileSync(join(import.meta.dirname, '../../fixtures/dpkg', name), 'utf8')
const hostWith = (files: HostFiles) => contextOf(makeRecording(files)).host
const withStatus = (text: string) => hostWith({ 'var/lib/dpkg/status': text })

describe('packages that ask for a restart', () => {
  it('are named with their version and what they were built from', async () => {
    expect(await readAskingPackages(withStatus(sample('mixed-states')), ['libssl3', 'dbus'])).toEqual([
      {
        name: 'libssl3',
        installed: [
          {
            name: 'libssl3',
            architecture: 'amd64',
            version: '3.0.22-1~deb12u2',
            source: { name: 'openssl', version: '3.0.22-1~deb12u2' },
            isHeld: false,
          },
        ],
      },
      {
        name: 'dbus',
        installed: [expect.objectContaining({ source: { name: 'dbus', version: '1.14.10-1~deb12u1' } })],
      },
    ])
  })

  it('have a source with a version of its own where the two differ', async () => {
    const status = `Package: linux-image-amd64
Status: install ok installed
Architecture: amd64
Source: linux-signed-amd64 (6.1.192+2)
Version: 6.1.192-2
`
    expect(await readAskingPackages(withStatus(status), ['linux-image-amd64'])).toMatchObject([
      { installed: [{ version: '6.1.192-2', source: { name: 'linux-signed-amd64', version: '6.1.192+2' } }] },
    ])
  })

  it('come once for each architecture', async () => {
    const stanza = (architecture: string) =>
      `Package: libc6\nStatus: install ok installed\nArchitecture: ${architecture}\nSource: glibc\nVersion: 2\n\n`
    const [libc] = await readAskingPackages(withStatus(stanza('amd64') + stanza('i386')), ['libc6'])

    expect(libc?.installed?.map(({ architecture }) => architecture)).toEqual(['amd64', 'i386'])
  })

  it('are told apart: not installed under that name, and not looked up', async () => {
    const gone = 'Package: old\nStatus: deinstall ok config-files\nArchitecture: amd64\nVersion: 1\n'

    expect(await readAskingPackages(withStatus(gone), ['old', 'snap:lxd'])).toEqual([
      { name: 'old', installed: [] },
      { name: 'snap:lxd', installed: [] },
    ])
    expect(await readAskingPackages(withStatus(''), ['libssl3'])).toEqual([{ name: 'libssl3', installed: null }])
    expect(await readAskingPackages(hostWith({}), ['libssl3'])).toEqual([{ name: 'libssl3', installed: null }])
  })

  it('are explained where the host explains itself', async () => {
    const host = new AgentHost(await buildAgentBundle(), [])
    const directory = makeRecording({
      'run/reboot-required': '*** System restart required ***\n',
      'run/reboot-required.pkgs': 'libssl3\n',
      'var/lib/dpkg/status': sample('mixed-states'),
    })
    const { stdout } = await host.command(['explain', '--root', directory])

    expect(stdout).toContain(
      'Packages that ask, as installed now\n  libssl3:amd64 3.0.22-1~deb12u2, built from openssl 3.0.22-1~deb12u2\n',
    )
  })
})
