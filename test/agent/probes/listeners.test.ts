import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { listenersProbe } from '../../../agent/probes/listeners.ts'
import { readBoundSockets } from '../../../agent/probes/socket-table.ts'
import type { Listener } from '../../../shared/sections/listeners.ts'
import { contextOf, makeRecording, type HostFiles } from '../../support/recorded-host.ts'

const SAMPLES = join(import.meta.dirname, '../../fixtures/sockets')
const sample = (name: string) => readFileSync(join(SAMPLES, name), 'utf8')
const [HEADER = ''] = sample('tcp').split('\n')

const readOf = (files: HostFiles) => listenersProbe.read(contextOf(makeRecording(files)))
async function rowsOf(files: HostFiles): Promise<Listener[]> {
  const section = await readOf(files)
  if (section.outcome !== 'observed') throw new Error(section.reason)
  return section.value
}
const row = (address: string, state = '0A') => `   0: ${address} 00000000:0000 ${state} 00000000:00000000 00:00000000\n`
const table = (...rows: string[]) => `${HEADER}\n${rows.join('')}`
const short = ({ protocol, address, port }: Listener) => `${protocol} ${address} ${port}`

describe('the sockets of a real machine', () => {
  const FILES = Object.fromEntries(['tcp', 'tcp6', 'udp', 'udp6'].map((name) => [`proc/net/${name}`, sample(name)]))

  it('are what ss showed at the same moment', async () => {
    // "tcp LISTEN 0 128 0.0.0.0:22 0.0.0.0:*"; ss writes "*" for a wildcard of both families.
    const shown = sample('ss.txt')
      .trim()
      .split('\n')
      .map((line) => {
        const [protocol = '', , , , bound = ''] = line.split(/\s+/)
        const at = bound.lastIndexOf(':')
        const address = bound.slice(0, at).replace(/[[\]]/g, '').replace('::ffff:', '').replace('*', '::')
        return `${protocol} ${address} ${bound.slice(at + 1)}`
      })
    const rows = (await rowsOf(FILES)).map(short)

    expect(rows).toEqual(expect.arrayContaining(shown))
    // The tables do not show which wildcard of IPv6 takes IPv4 as well: 9091 does not, and is listed for both all the same.
    expect(rows.filter((each) => !shown.includes(each))).toEqual(['tcp 0.0.0.0 9090', 'tcp 0.0.0.0 9091'])
  })

  it('are judged by their address alone as long as nobody read the firewall', async () => {
    const rows = await rowsOf(FILES)

    expect(rows.find(({ port }) => port === 5432)).toMatchObject({ verdict: 'filtered', reason: 'loopback-bind' })
    expect(rows.find(({ port }) => port === 22)).toMatchObject({ verdict: 'unknown', reason: 'not-scanned' })
    expect(rows.some(({ verdict }) => verdict === 'exposed')).toBe(false)
  })
})

describe('a table of TCP sockets', () => {
  it('is read up to the first connection and no further', async () => {
    let read = 0
    async function* lines(): AsyncGenerator<string> {
      for (const line of [HEADER, row('00000000:0016'), row('0100007F:A258', '01'), 'never looked at']) {
        read += 1
        yield line
      }
    }

    const found = await readBoundSockets(lines(), { path: '/proc/net/tcp', protocol: 'tcp' }, 'LE')

    expect(found).toEqual([{ address: [0, 0, 0, 0], port: 22 }])
    expect(read).toBe(3)
  })

  it('of IPv6 is left alone where the kernel counts no such socket, and there only', async () => {
    const wildcard = `${'0'.repeat(32)}:0050 ${'0'.repeat(32)}:0000`
    const tcp6 = table(`   0: ${wildcard} 0A 00000000:00000000 00:00000000\n`)
    const portsAt = async (count: number) =>
      (await rowsOf({ 'proc/net/tcp6': tcp6, 'proc/net/sockstat6': `TCP6: inuse ${count}\nUDP6: inuse 0\n` })).length

    expect(await portsAt(0)).toBe(0)
    expect(await portsAt(10)).toBe(2)
  })

  it('with a row that is none is a failure, not a host without listeners', async () => {
    await expect(readOf({ 'proc/net/tcp': table(row('00000000:0016'), 'rubbish\n') })).rejects.toThrow(
      '/proc/net/tcp has a row that is no socket',
    )
  })

  it('counts sockets that share a port once', async () => {
    expect(await rowsOf({ 'proc/net/tcp': table(row('00000000:0050'), row('00000000:0050')) })).toHaveLength(1)
  })
})

describe('a UDP socket', () => {
  it('that is connected serves nobody', async () => {
    expect(await rowsOf({ 'proc/net/udp': table(row('00000000:0035', '01')) })).toEqual([])
  })

  it('in the range of ports for clients is a client', async () => {
    const udp = table(row('00000000:0035', '07'), row('00000000:B0C3', '07'))

    expect((await rowsOf({ 'proc/net/udp': udp })).map(({ port }) => port)).toEqual([53])
  })

  it('is judged by the range of this host', async () => {
    const udp = table(row('00000000:0401', '07'), row('00000000:B0C3', '07'))
    const range = { 'proc/sys/net/ipv4/ip_local_port_range': '1024\t2047\n' }

    expect((await rowsOf({ 'proc/net/udp': udp, ...range })).map(({ port }) => port)).toEqual([0xb0c3])
  })
})

describe('tables', () => {
  it('that are missing hold nothing: a kernel without IPv6 has none for it', async () => {
    expect((await rowsOf({ 'proc/net/tcp': table(row('00000000:0016')) })).map(short)).toEqual(['tcp 0.0.0.0 22'])
  })

  it('that are all missing are absent', async () => {
    expect(await readOf({ 'etc/x': '' })).toEqual({ outcome: 'absent', reason: 'there is no /proc/net', value: null })
  })

  it('that cannot be read are a failure, whatever the others say', async () => {
    const files = { 'proc/net/tcp': table(), 'proc/net/tcp6': table(), 'unreadable.txt': '/proc/net/tcp6\n' }

    await expect(readOf(files)).rejects.toThrow('/proc/net/tcp6: permission denied')
  })

  it('of a big-endian machine are read in its order', async () => {
    const files = { 'proc/net/tcp': table(row('7F000001:0016')), 'proc/sys/kernel/arch': 's390x\n' }

    expect(await rowsOf(files)).toMatchObject([{ address: '127.0.0.1', port: 22, verdict: 'filtered' }])
  })

  it('of thousands of sockets lose those that nobody can reach first', async () => {
    const hex = (n: number) => n.toString(16).toUpperCase().padStart(4, '0')
    const many = Array.from({ length: 4_200 }, (_, n) => row(`0100007F:${hex(n + 1)}`))
    const rows = await rowsOf({ 'proc/net/tcp': table(...many, row('00000000:F000')) })

    expect(rows).toHaveLength(4_096)
    expect(rows.at(-1)).toMatchObject({ port: 0xf000, verdict: 'unknown' })
  })
})
