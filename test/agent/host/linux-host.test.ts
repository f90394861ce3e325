import { mkdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { type AddressInfo, createServer, type Server } from 'node:net'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { Host } from '../../../agent/host/host.ts'
import { createLinuxHost } from '../../../agent/host/linux-host.ts'
import { temporaryDirectory } from '../../support/recorded-host.ts'
import { until } from '../../support/until.ts'

const clock = { now: () => 1_000_000, monotonicMs: () => 5 }

async function linesOf(host: Host, path: string, options?: { maxBytes?: number }): Promise<string[]> {
  const lines: string[] = []
  for await (const line of host.readLines(path, options)) lines.push(line)
  return lines
}

async function listening(): Promise<Server> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  return server
}

describe('the machine itself', () => {
  const host = createLinuxHost({ root: '/', clock })

  it('reads files of /proc, which claim to have no size', async () => {
    expect((await host.readText('/proc/sys/kernel/hostname')).trim()).toBe(hostname())
  })

  it('reads the tables of the kernel to their end, and only as far as it may', async () => {
    const shown = readFileSync('/proc/net/protocols', 'utf8').trimEnd().split('\n')

    expect(await linesOf(host, '/proc/net/protocols')).toHaveLength(shown.length)
    expect(shown.length).toBeGreaterThan(1)
    await expect(host.readText('/proc/sys/kernel/hostname', { maxBytes: 0 })).rejects.toMatchObject({
      code: 'TOO-LARGE',
    })
    await expect(host.readText('/proc/sys/no-such-thing')).rejects.toMatchObject({ code: 'ENOENT' })
    await expect(host.readText('/proc/sys/kernel')).rejects.toMatchObject({ code: 'NOT-REGULAR' })
    await expect(linesOf(host, '/proc/net/no-such-table')).rejects.toMatchObject({ code: 'ENOENT' })
  })

  it('finds every listening socket, however many pages of rows there are', async () => {
    const servers = await Promise.all(Array.from({ length: 100 }, () => listening()))
    const ports = servers.map((server) => (server.address() as AddressInfo).port)
    const portOf = (row: string) => Number.parseInt(/^ *\d+: 0100007F:([0-9A-F]{4}) .* 0A /.exec(row)?.[1] ?? '', 16)
    const missing = async (): Promise<number[]> => {
      const seen = new Set((await linesOf(host, '/proc/net/tcp')).map(portOf))
      return ports.filter((port) => !seen.has(port))
    }

    // A socket of somebody else that closes between two pieces may push one of ours out of sight, once.
    await until('all of them', async () => (await missing()).length === 0, 10_000)
    expect(ports).toHaveLength(100)
  })

  it('knows clock, uptime, architecture and addresses', async () => {
    expect(host.now()).toBe(1_000_000)
    expect(host.uptimeMs()).toBeGreaterThan(0)
    expect(host.architecture()).toMatch(/^\w+$/)
    expect(await host.addresses()).toContainEqual({
      interface: 'lo',
      family: 4,
      address: '127.0.0.1',
      prefixLength: 8,
      scope: 'host',
    })
  })

  it('resolves links and answers ENOENT for what is not there', async () => {
    expect(await host.realPath('/proc/self')).toBe(`/proc/${process.pid}`)
    await expect(host.realPath('/no/such/place')).rejects.toMatchObject({ code: 'ENOENT' })
    await expect(host.list('/no/such/place')).rejects.toMatchObject({ code: 'ENOENT' })
  })

  it('has no birth time where the file system has none', async () => {
    expect(await host.facts('/proc/self/status')).toMatchObject({ kind: 'file', birthMs: null })
  })
})

describe('a machine whose files lie elsewhere', () => {
  it('keeps every path inside, whatever its links say', async () => {
    const outside = temporaryDirectory()
    writeFileSync(join(outside, 'secret'), 'outside')
    const root = temporaryDirectory()
    mkdirSync(join(root, outside), { recursive: true })
    writeFileSync(join(root, outside, 'secret'), 'inside')
    symlinkSync(join(outside, 'secret'), join(root, 'absolute'))
    symlinkSync('../../../../../../etc/hostname', join(root, 'climbing'))
    const host = createLinuxHost({ root, clock })

    expect(await host.readText('/absolute')).toBe('inside')
    await expect(host.readText('/climbing')).rejects.toMatchObject({ code: 'ENOENT' })
    await expect(host.readText('/../../../../../../../etc/hostname')).rejects.toMatchObject({ code: 'ENOENT' })
  })

  it('says what a path is without following it', async () => {
    const root = temporaryDirectory()
    writeFileSync(join(root, 'file'), 'four')
    symlinkSync('file', join(root, 'link'))
    const host = createLinuxHost({ root, clock })

    expect(await host.facts('/link')).toMatchObject({ kind: 'link' })
    expect(await host.facts('/file')).toMatchObject({ kind: 'file', sizeBytes: 4, uid: statSync(root).uid })
    expect(await host.facts('/')).toMatchObject({ kind: 'directory' })
    expect(await host.readLink('/link')).toBe('file')
  })
})

describe('reading lines', () => {
  it('gives them one by one, the last one without a line feed too', async () => {
    const root = temporaryDirectory()
    writeFileSync(join(root, 'log'), 'one\n\nthree')

    expect(await linesOf(createLinuxHost({ root, clock }), '/log')).toEqual(['one', '', 'three'])
  })

  it('inflates what is compressed, and joins what a chunk cut apart', async () => {
    const root = temporaryDirectory()
    const lines = Array.from({ length: 20_000 }, (_, index) => `${index} Übergröße`)
    writeFileSync(join(root, 'log.1.gz'), gzipSync(`${lines.join('\n')}\n`))

    expect(await linesOf(createLinuxHost({ root, clock }), '/log.1.gz')).toEqual(lines)
  })

  it('counts inflated bytes, so that a small bomb is a large file', async () => {
    const root = temporaryDirectory()
    writeFileSync(join(root, 'bomb.gz'), gzipSync(Buffer.alloc(1024 * 1024, '\n')))
    const host = createLinuxHost({ root, clock })

    await expect(linesOf(host, '/bomb.gz', { maxBytes: 100_000 })).rejects.toMatchObject({ code: 'TOO-LARGE' })
  })

  it('refuses one endless line', async () => {
    const root = temporaryDirectory()
    writeFileSync(join(root, 'log'), 'x'.repeat(2 * 1024 * 1024))

    await expect(linesOf(createLinuxHost({ root, clock }), '/log')).rejects.toMatchObject({ code: 'TOO-LARGE' })
  })

  it('fails on a file that is not what its name says, or not there', async () => {
    const root = temporaryDirectory()
    writeFileSync(join(root, 'broken.gz'), 'no gzip at all')
    const host = createLinuxHost({ root, clock })

    await expect(linesOf(host, '/broken.gz')).rejects.toMatchObject({ name: 'HostError', code: 'OTHER' })
    await expect(linesOf(host, '/missing')).rejects.toMatchObject({ code: 'ENOENT' })
  })

  it('lets go of the file when the reader stops early', async () => {
    const root = temporaryDirectory()
    writeFileSync(join(root, 'log'), 'one\n'.repeat(100_000))
    const host = createLinuxHost({ root, clock })

    for await (const line of host.readLines('/log')) {
      expect(line).toBe('one')
      break
    }
    rmSync(join(root, 'log'))

    await expect(linesOf(host, '/log')).rejects.toMatchObject({ code: 'ENOENT' })
  })
})
