import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, renameSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { readOwnedText, readRegularText } from '../../../agent/host/bounded-read.ts'
import { attempting } from '../../../agent/host/host-errors.ts'
import { temporaryDirectory } from '../../support/recorded-host.ts'

const OURS = [process.getuid?.() ?? 0]
const LIMIT = 64 * 1024

function place(): string {
  return join(temporaryDirectory(), 'reboot-required')
}

function read(path: string, ownerUids: readonly number[] = OURS): Promise<string> {
  return attempting('read', () => readOwnedText(path, 'the flag', { maxBytes: LIMIT, ownerUids }))
}

describe('reading a file anyone could try to plant', () => {
  it('reads a regular file of its owner', async () => {
    const path = place()
    writeFileSync(path, '*** System restart required ***\n')

    expect(await read(path)).toBe('*** System restart required ***\n')
  })

  it('refuses a symbolic link, whatever it leads to', async () => {
    const path = place()
    writeFileSync(`${path}.real`, 'secret')
    symlinkSync(`${path}.real`, path)

    await expect(read(path)).rejects.toMatchObject({
      code: 'NOT-REGULAR',
      message: 'read the flag: is a symbolic link',
    })
  })

  it('refuses a FIFO without waiting for a writer', async () => {
    const path = place()
    execFileSync('mkfifo', [path])

    await expect(read(path)).rejects.toMatchObject({ code: 'NOT-REGULAR' })
  })

  it('refuses a device, a directory and a socket', async () => {
    const path = place()
    mkdirSync(path)
    const socket = `${path}.sock`
    const server = createServer().listen(socket)
    onTestFinished(() => void server.close())
    await new Promise((resolve) => server.once('listening', resolve))

    await expect(read('/dev/zero', [0])).rejects.toMatchObject({ code: 'NOT-REGULAR' })
    await expect(read(path)).rejects.toMatchObject({ code: 'NOT-REGULAR', message: 'read the flag: is a directory' })
    await expect(read(socket)).rejects.toMatchObject({ code: 'NOT-REGULAR' })
  })

  it('refuses the file of anyone else', async () => {
    const path = place()
    writeFileSync(path, '')

    await expect(read(path, [987_654])).rejects.toMatchObject({ code: 'NOT-ROOTS' })
  })

  it('refuses 10 GB of nothing without reading it', async () => {
    const path = place()
    writeFileSync(path, '')
    truncateSync(path, 10 * 1024 ** 3)

    await expect(read(path)).rejects.toMatchObject({ code: 'TOO-LARGE' })
  })

  it('takes a file of exactly the limit and refuses one byte more', async () => {
    const path = place()
    writeFileSync(path, 'x'.repeat(LIMIT))
    expect(await read(path)).toHaveLength(LIMIT)

    writeFileSync(path, 'x'.repeat(LIMIT + 1))
    await expect(read(path)).rejects.toMatchObject({ code: 'TOO-LARGE' })
  })

  it('stops at the limit in a file that claims to be empty and never ends', async () => {
    const endless = readRegularText('/proc/kallsyms', 'symbols', { maxBytes: 1_000, links: 'refused' })

    await expect(endless).rejects.toMatchObject({ code: 'TOO-LARGE' })
  })

  it('never reads through a link that is swapped in while it looks', async () => {
    const path = place()
    const secret = `${path}.secret`
    writeFileSync(secret, 'secret')
    const over = new AbortController()
    const swapping = (async () => {
      for (let turn = 0; !over.signal.aborted; turn++) {
        if (turn % 2 === 0) symlinkSync(secret, `${path}.new`)
        else writeFileSync(`${path}.new`, 'flag')
        renameSync(`${path}.new`, path)
        await new Promise(setImmediate)
      }
    })()

    const seen = new Set<string>()
    for (let look = 0; look < 400; look++) {
      seen.add(await read(path).catch((error: unknown) => (error as { code: string }).code))
    }
    over.abort()
    await swapping

    expect(seen).not.toContain('secret')
    expect(seen).toContain('flag')
    expect(seen).toContain('NOT-REGULAR')
  })

  it.skipIf(OURS[0] === 0)('says when it may not look', async () => {
    const path = place()
    writeFileSync(path, '')
    chmodSync(path, 0)

    await expect(read(path)).rejects.toMatchObject({ code: 'EACCES', message: 'read: permission denied' })
  })

  it('tells a missing file from one it could not look at', async () => {
    await expect(read(place())).rejects.toMatchObject({ code: 'ENOENT' })
    await expect(read('/dev/null/reboot-required')).rejects.toMatchObject({ code: 'ENOENT' })
  })
})
