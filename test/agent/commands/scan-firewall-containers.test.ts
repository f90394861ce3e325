import { describe, expect, it } from 'vitest'
import { readContainers } from '../../../agent/commands/scan-firewall-containers.ts'
import { createRecordedHost } from '../../../agent/host/recorded-host.ts'
import { makeRecording, type HostFiles } from '../../support/recorded-host.ts'

const ID = 'ab'.repeat(32)
const DOCKER = `var/lib/docker/containers/${ID}/config.v2.json`
const running = (change: object = {}) => ({
  Name: '/shop',
  State: { Running: true },
  NetworkSettings: {
    Networks: { bridge: { IPAddress: '172.17.0.2', GlobalIPv6Address: '' } },
    Ports: { '80/tcp': [{ HostIp: '0.0.0.0', HostPort: '8080' }], '53/udp': null },
  },
  ...change,
})
const PORT = { protocol: 'tcp', family: 4, port: 8080, target: null } as const
/** 172.17.0.2 */
const TARGET = 0xac110002

async function nameIn(files: HostFiles, port: Partial<{ port: number; target: number | null }> = {}) {
  const { of } = await readContainers(createRecordedHost({ directory: makeRecording(files), clock: 'recorded' }))
  return of({ ...PORT, ...port })
}

describe('the container behind a port', () => {
  it('is who has the address translation goes to', async () => {
    expect(await nameIn({ [DOCKER]: { json: running() } }, { port: 9, target: TARGET })).toBe('shop')
  })

  it('is else who publishes the port', async () => {
    expect(await nameIn({ [DOCKER]: { json: running() } })).toBe('shop')
  })

  it.each([
    ['does not run', { [DOCKER]: { json: running({ State: { Running: false } }) } }],
    ['has a file that is cut', { [DOCKER]: '{"Name": "/sh' }],
    ['has a file of another kind', { [DOCKER]: { json: [] } }],
    ['is in no file', { 'etc/x': '' }],
  ] satisfies [string, HostFiles][])('is not known where it %s', async (_, files) => {
    expect(await nameIn(files, { target: TARGET })).toBeNull()
  })

  it('of Podman has the address that CNI gave it', async () => {
    const files = {
      'var/lib/containers/storage/overlay-containers/containers.json': { json: [{ id: ID, names: ['web'] }] },
      'var/lib/cni/networks/podman/172.17.0.2': `${ID}\r\neth0`,
      'var/lib/cni/networks/podman/last_reserved_ip.0': '172.17.0.2',
    }

    expect(await nameIn(files, { target: TARGET })).toBe('web')
  })

  describe('of Podman with netavark', () => {
    const OTHER = 'cd'.repeat(32)
    const listed = [
      { id: ID, names: ['web'] },
      { id: OTHER, names: ['db'] },
    ]
    const files = (...lines: string[]): HostFiles => ({
      'var/lib/containers/storage/overlay-containers/containers.json': { json: listed },
      'run/containers/networks/aardvark-dns/aardvark.pid': '4711',
      'run/containers/networks/aardvark-dns/shop': ['172.17.0.1,fdfd::1', ...lines, ''].join('\n'),
    })

    it('has the address that its name server tells others', async () => {
      const found = files(`${OTHER} 172.17.0.3  db`, `${ID} 172.17.0.9,172.17.0.2 fdfd::2 web,www 192.0.2.53`)

      expect(await nameIn(found, { target: TARGET })).toBe('web')
      expect(await nameIn(found, { target: TARGET + 1 })).toBe('db')
      const { of } = await readContainers(createRecordedHost({ directory: makeRecording(found), clock: 'recorded' }))
      expect(of({ ...PORT, family: 6, target: 0xfdfd_0000_0000_0000_0000_0000_0000_0002n })).toBe('web')
    })

    it.each([
      ['is another, too: one of the two is left over', [`${OTHER} 172.17.0.2  db`, `${ID} 172.17.0.2  web`]],
      ['is none of those that Podman knows', [`${'ef'.repeat(32)} 172.17.0.2  gone`]],
      ['stands in a line that is none', ['172.17.0.2 web', ID, '']],
    ])('is not known where it %s', async (_, lines) => {
      expect(await nameIn(files(...lines), { target: TARGET })).toBeNull()
    })
  })
})
