import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createBootMemory, loadBootMemory, saveBootMemory } from '../../../agent/files/boot-memory.ts'
import { CredentialError, pendingSecret, readCredential, writeCredential } from '../../../agent/enrolment/credential.ts'
import { readFileIfThere, replaceFile } from '../../../agent/files/durable-file.ts'
import { LatestFile } from '../../../agent/files/latest-file.ts'
import { openOutbox, readOutbox } from '../../../agent/delivery/outbox.ts'
import { isAlive, ownIdentity } from '../../../agent/files/process-identity.ts'
import { readRunMarker } from '../../../agent/files/run-marker.ts'
import { LogCollector } from '../../support/log-collector.ts'
import { BOOT, sentinelReading, snapshotOf } from '../../support/section-readings.ts'
import { temporaryDirectory } from '../../support/temporary-directory.ts'

const OPTIONS = { mode: 0o600, durable: true }
const OTHER_BOOT = { kernelBootId: 'boot-2', runMarker: BOOT.runMarker }

describe('a file that is replaced', () => {
  it('has the mode asked for and leaves nothing else behind', async () => {
    const directory = temporaryDirectory()
    await replaceFile(join(directory, 'a'), 'one', OPTIONS)
    await replaceFile(join(directory, 'a'), 'two', OPTIONS)

    expect(readFileSync(join(directory, 'a'), 'utf8')).toBe('two')
    expect(statSync(join(directory, 'a')).mode & 0o777).toBe(0o600)
    expect(readdirSync(directory)).toEqual(['a'])
  })

  it('keeps its old text when the new one cannot be put in place', async () => {
    const directory = temporaryDirectory()
    mkdirSync(join(directory, 'a', 'not-empty'), { recursive: true })

    await expect(replaceFile(join(directory, 'a'), 'x', OPTIONS)).rejects.toThrow(/EISDIR|ENOTEMPTY/)
    expect(readdirSync(directory)).toEqual(['a'])
  })

  it('is null when it is not there, and an error when it is longer than expected', async () => {
    const path = join(temporaryDirectory(), 'a')
    expect(await readFileIfThere(path, 10)).toBeNull()

    writeFileSync(path, 'x'.repeat(11))
    await expect(readFileIfThere(path, 10)).rejects.toThrow('has 11 bytes; at most 10')
  })
})

describe('a file that follows the newest text', () => {
  it('ends with the last of many, skipping what was overtaken', async () => {
    const path = join(temporaryDirectory(), 'a')
    const file = new LatestFile(path, OPTIONS, () => undefined)
    for (let at = 0; at < 100; at++) file.put(`text ${at}`)
    await file.flush()

    expect(readFileSync(path, 'utf8')).toBe('text 99')
  })

  it('writes again after it was idle', async () => {
    const path = join(temporaryDirectory(), 'a')
    const file = new LatestFile(path, OPTIONS, () => undefined)
    for (const text of ['one', 'one', 'two', 'one']) {
      file.put(text)
      await file.flush()
      expect(readFileSync(path, 'utf8')).toBe(text)
    }
  })

  it('tells of trouble once, and once when it is over', async () => {
    const directory = join(temporaryDirectory(), 'later')
    const told: (string | null)[] = []
    const file = new LatestFile(join(directory, 'a'), OPTIONS, (problem) => told.push(problem?.message ?? null))
    for (const text of ['one', 'two', 'three']) {
      if (text === 'three') mkdirSync(directory)
      file.put(text)
      await file.flush()
    }

    expect(told).toEqual([expect.stringContaining('ENOENT'), null])
    expect(readFileSync(join(directory, 'a'), 'utf8')).toBe('three')
  })
})

describe('the outbox', () => {
  const entry = { boot: BOOT, keptAtMs: 5, snapshot: snapshotOf({ sentinel: sentinelReading({ present: true }) }) }

  it('gives back the newest snapshot after a restart', async () => {
    const path = join(temporaryDirectory(), 'outbox.json')
    const outbox = await openOutbox(path, new LogCollector())
    outbox.put({ ...entry, snapshot: snapshotOf() })
    outbox.put(entry)
    await outbox.flush()

    expect((await openOutbox(path, new LogCollector())).newest()).toEqual(entry)
  })

  it('does not write again when only ages changed', async () => {
    const path = join(temporaryDirectory(), 'outbox.json')
    const outbox = await openOutbox(path, new LogCollector())
    outbox.put(entry)
    await outbox.flush()
    const inode = statSync(path).ino
    outbox.put({ ...entry, keptAtMs: 6 })
    await outbox.flush()

    expect(statSync(path).ino).toBe(inode)
    expect(outbox.newest()?.keptAtMs).toBe(6)
  })

  it.each([
    ['nothing', ''],
    ['half of it', JSON.stringify({ version: 1, ...entry }).slice(0, 300)],
    ['another version', JSON.stringify({ version: 2, ...entry })],
    [
      'a section that does not fit its digest',
      JSON.stringify({ version: 1, ...entry }).replace('"present":true', '"present":false'),
    ],
    ['no boot', JSON.stringify({ version: 1, ...entry, boot: null })],
    ['something else', '[1,2,3]'],
  ])('begins anew when its file holds %s, and keeps that aside', async (_, text) => {
    const path = join(temporaryDirectory(), 'outbox.json')
    const log = new LogCollector()
    writeFileSync(path, text)
    const outbox = await openOutbox(path, log)
    outbox.put(entry)
    await outbox.flush()

    expect(readFileSync(`${path}.bad`, 'utf8')).toBe(text)
    expect(log.count('the outbox was damaged')).toBe(1)
    expect(await readOutbox(path)).toEqual(entry)
  })

  it('goes on from memory when it cannot be written, and says so once', async () => {
    const log = new LogCollector()
    const outbox = await openOutbox(join(temporaryDirectory(), 'gone', 'outbox.json'), log)
    for (const keptAtMs of [1, 2, 3]) {
      outbox.put({ ...entry, keptAtMs })
      await outbox.flush()
    }

    expect(outbox.newest()?.keptAtMs).toBe(3)
    expect(outbox.problem).not.toBeNull()
    expect(log.count('cannot be written; going on from memory')).toBe(1)
  })
})

describe('what is remembered of a boot', () => {
  it('only ever moves earlier', () => {
    const memory = createBootMemory()

    expect(memory.recall('sentinel')).toBeNull()
    expect(memory.earliest('sentinel', { uptimeMs: 50, quality: 'observed' })).toEqual({
      uptimeMs: 50,
      quality: 'observed',
    })
    expect(memory.earliest('sentinel', { uptimeMs: 60, quality: 'exact' })).toEqual({
      uptimeMs: 50,
      quality: 'observed',
    })
    expect(memory.earliest('sentinel', { uptimeMs: 40, quality: 'exact' })).toEqual({ uptimeMs: 40, quality: 'exact' })
    expect(memory.recall('kernel')).toBeNull()
  })

  it('survives a restart of the agent within the boot and nothing else', async () => {
    const path = join(temporaryDirectory(), 'boot-memory.json')
    const file = new LatestFile(path, OPTIONS, () => undefined)
    const memory = createBootMemory()
    memory.earliest('sentinel', { uptimeMs: 50, quality: 'observed' })
    memory.sawNoFlag = true
    memory.bootedAt = '2026-11-22T12:00:00Z'
    saveBootMemory(file, BOOT, memory)
    await file.flush()

    expect((await loadBootMemory(path, BOOT)).toJson()).toEqual(memory.toJson())
    expect((await loadBootMemory(path, OTHER_BOOT)).toJson()).toEqual(createBootMemory().toJson())
  })

  it.each([
    '',
    '{',
    '[]',
    '{"version":1}',
    '{"version":1,"of":{"kernelBootId":5,"runMarker":"x"},"memory":{"moments":{}}}',
  ])('starts fresh from a file that holds %j, which is kept aside', async (text) => {
    const path = join(temporaryDirectory(), 'boot-memory.json')
    writeFileSync(path, text)

    expect((await loadBootMemory(path, BOOT)).toJson()).toEqual(createBootMemory().toJson())
    expect(readFileSync(`${path}.bad`, 'utf8')).toBe(text)
  })

  it('does not believe a moment that is none', async () => {
    const path = join(temporaryDirectory(), 'boot-memory.json')
    const memory = { moments: { sentinel: { uptimeMs: 'soon', quality: 'exact' } }, sawNoFlag: true, bootedAt: null }
    writeFileSync(path, JSON.stringify({ version: 1, of: BOOT, memory }))

    expect((await loadBootMemory(path, BOOT)).recall('sentinel')).toBeNull()
  })
})

describe('the run marker', () => {
  it('stays while its file does, and is another one after that', async () => {
    const directory = join(temporaryDirectory(), 'run')
    const marker = await readRunMarker(directory)
    const again = await readRunMarker(directory)
    rmSync(join(directory, 'boot'))
    const after = await readRunMarker(directory)

    expect(marker).toMatch(/^[0-9a-f]{32}$/)
    expect(again).toBe(marker)
    expect(after).not.toBe(marker)
  })

  it('is made anew when its file is damaged', async () => {
    const directory = temporaryDirectory()
    writeFileSync(join(directory, 'boot'), 'not a marker')

    expect(await readRunMarker(directory)).toMatch(/^[0-9a-f]{32}$/)
  })
})

describe('the credential', () => {
  const SECRET = 'x'.repeat(43)

  it('is private and comes back as it was', async () => {
    const path = join(temporaryDirectory(), 'credential')
    await writeCredential(path, 'sabc', SECRET)

    expect(await readCredential(path)).toEqual({ line: `ovds_sabc_${SECRET}`, serverId: 'sabc' })
    expect(statSync(path).mode & 0o777).toBe(0o600)
  })

  it('is null when there is none', async () => {
    expect(await readCredential(join(temporaryDirectory(), 'credential'))).toBeNull()
  })

  it.each(['', 'hello', `ovdj_k1_${SECRET}`, `ovds_sabc_short`])(
    'is not overlooked when its file holds %j',
    async (text) => {
      const path = join(temporaryDirectory(), 'credential')
      writeFileSync(path, text)

      await expect(readCredential(path)).rejects.toThrow(CredentialError)
    },
  )

  it('is not made from a server id that could break out of its line', async () => {
    const path = join(temporaryDirectory(), 'credential')

    await expect(writeCredential(path, 's1\nroot', SECRET)).rejects.toThrow(CredentialError)
    expect(existsSync(path)).toBe(false)
  })

  it('offers the same secret again until enrolment succeeded', async () => {
    const path = join(temporaryDirectory(), 'credential.pending')
    const secret = await pendingSecret(path)

    expect(secret).toMatch(/^[\w-]{43}$/)
    expect(await pendingSecret(path)).toBe(secret)
    expect(statSync(path).mode & 0o777).toBe(0o600)
  })
})

describe('a process', () => {
  it('is known by more than its number', async () => {
    const self = await ownIdentity()

    expect(await isAlive(self)).toBe(true)
    expect(await isAlive({ ...self, startTicks: '1' })).toBe(false)
    expect(await isAlive({ pid: 2 ** 22 + 1, startTicks: self.startTicks })).toBe(false)
  })
})

describe('a directory nobody may write', () => {
  it('does not stop the boot memory from being kept in memory', async () => {
    const directory = temporaryDirectory()
    chmodSync(directory, 0o500)
    const file = new LatestFile(join(directory, 'missing', 'a'), OPTIONS, () => undefined)
    saveBootMemory(file, BOOT, createBootMemory())
    await file.flush()

    expect(file.problem).not.toBeNull()
  })
})
