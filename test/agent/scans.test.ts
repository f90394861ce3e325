import { mkdirSync, readdirSync, renameSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createScans } from '../../agent/scans.ts'
import { replaceFile } from '../../agent/files/durable-file.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'
import { until } from '../support/until.ts'

function scanning(afterPackagesMs = 60_000) {
  const directory = temporaryDirectory()
  const factsDirectory = join(directory, 'facts')
  const askDirectory = join(directory, 'ask')
  for (const folder of [factsDirectory, askDirectory]) mkdirSync(folder)
  const answered: string[] = []
  const scans = createScans({
    factsDirectory,
    isRecorded: false,
    steadyMs: () => 0,
    uptimeMs: () => 0,
    afterPackagesMs,
    onAnswer: (section) => void answered.push(section),
    onProblem: (error) => expect.fail(String(error)),
  })
  onTestFinished(async () => {
    scans.close()
    await Promise.all(scans.watchers.map((watcher) => watcher.close()))
  })
  return { scans, factsDirectory, askDirectory, answered }
}

describe('scans', () => {
  it('are asked for what nobody found out yet', async () => {
    const { scans, askDirectory } = scanning()

    await scans.askForMissing()

    expect(readdirSync(askDirectory).sort()).toEqual(['inventory', 'updates'])
  })

  it('of the firewall make the agent look at its sockets again, and are asked for by name', async () => {
    const { scans, askDirectory, factsDirectory, answered } = scanning()
    await Promise.all(scans.watchers.map((watcher) => watcher.check()))

    await scans.ask('firewall')
    expect(readdirSync(askDirectory)).toEqual(['firewall'])

    writeFileSync(join(factsDirectory, '.new'), '{}')
    renameSync(join(factsDirectory, '.new'), join(factsDirectory, 'firewall.json'))
    await until('something is read again', () => answered.length > 0)
    expect(answered[0]).toBe('listeners')
  })

  it('about packages are asked for once when packages have come to rest, and not at once', async () => {
    const { scans, askDirectory } = scanning(200)

    for (let at = 0; at < 5; at += 1) scans.askAfterPackages()
    expect(readdirSync(askDirectory)).toEqual([])

    await until('all are asked for', () => readdirSync(askDirectory).length === 3)
    expect(readdirSync(askDirectory).sort()).toEqual(['inventory', 'processes', 'updates'])
  })

  it('of the processes make the agent read their section', async () => {
    const { scans, factsDirectory, answered } = scanning()
    await Promise.all(scans.watchers.map((watcher) => watcher.check()))

    writeFileSync(join(factsDirectory, '.new'), '{}')
    renameSync(join(factsDirectory, '.new'), join(factsDirectory, 'processes.json'))

    await until('something is read again', () => answered.length > 0)
    expect(answered[0]).toBe('processes')
  })

  it('of what waits make the agent read its section', async () => {
    const { scans, factsDirectory, answered } = scanning()
    await Promise.all(scans.watchers.map((watcher) => watcher.check()))

    writeFileSync(join(factsDirectory, '.new'), '{}')
    renameSync(join(factsDirectory, '.new'), join(factsDirectory, 'updates.json'))

    await until('something is read again', () => answered.length > 0)
    expect(answered[0]).toBe('updates')
  })

  it('are not asked for what was answered in this boot', async () => {
    const { scans, askDirectory, factsDirectory } = scanning()
    for (const name of ['inventory', 'updates']) writeFileSync(join(factsDirectory, `${name}.json`), '{}')

    await scans.askForMissing()

    expect(readdirSync(askDirectory)).toEqual([])
  })

  it('are asked again where the answer cannot be read', async () => {
    const { scans, askDirectory, factsDirectory } = scanning()
    writeFileSync(join(factsDirectory, 'inventory.json'), '{"cut": ')
    writeFileSync(join(factsDirectory, 'updates.json'), '{}')

    await scans.askForMissing()

    expect(readdirSync(askDirectory)).toEqual(['inventory'])
  })

  it('that answer make the agent read the section again', async () => {
    const { scans, factsDirectory, answered } = scanning()
    await Promise.all(scans.watchers.map((watcher) => watcher.check()))

    writeFileSync(join(factsDirectory, '.new'), '{}')
    renameSync(join(factsDirectory, '.new'), join(factsDirectory, 'inventory.json'))

    await until('something is read again', () => answered.length > 0)
    expect(answered[0]).toBe('host')
  })
})

describe('a file that a scan leaves', () => {
  it('has the mode it is to have, whatever the umask of the unit', async () => {
    const path = join(temporaryDirectory(), 'inventory.json')
    const before = process.umask(0o077)
    onTestFinished(() => void process.umask(before))

    await replaceFile(path, '{}', { mode: 0o644, durable: false })

    expect(statSync(path).mode & 0o777).toBe(0o644)
  })
})
