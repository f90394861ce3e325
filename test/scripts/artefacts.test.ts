// What the build makes for hosts.
import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { AGENT_VERSION } from '../../agent/version.ts'
import { placeOnHost } from '../../scripts/bundle/artefacts.ts'
import { loadedPart } from '../../scripts/bundle/loaded-part.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

describe('the loaded part of a program', () => {
  it('runs as the whole does, and is a fifth smaller', { timeout: 60_000 }, () => {
    const whole = readFileSync(process.execPath)
    const part = loadedPart(whole)
    const file = join(temporaryDirectory(), 'node')
    writeFileSync(file, part, { mode: 0o755 })

    const { stdout } = spawnSync(file, ['-p', 'process.version + crypto.randomUUID().length'], { encoding: 'utf8' })

    expect(stdout).toBe(`${process.version}36\n`)
    expect(part.length).toBeLessThan(whole.length * 0.8)
  })

  it.each([
    ['nothing', Buffer.alloc(0)],
    ['a script', Buffer.from('#!/bin/sh\n')],
    ['a program cut short', readFileSync(process.execPath).subarray(0, 4_096)],
  ])('of %s is an error', (_what, bytes) => {
    expect(() => loadedPart(bytes)).toThrow(/not a 64-bit|ends before/)
  })
})

describe('the place of a file on a host', () => {
  it.each([
    ['overdue-agent.service', 'usr/lib/systemd/system/overdue-agent.service'],
    ['overdue.slice', 'usr/lib/systemd/system/overdue.slice'],
    ['overdue-agent.sysusers.conf', 'usr/lib/sysusers.d/overdue-agent.conf'],
    ['overdue-agent.tmpfiles.conf', 'usr/lib/tmpfiles.d/overdue-agent.conf'],
    ['overdue-agent.sh', 'usr/bin/overdue-agent'],
    ['overdue-collector.service', null],
    ['overdue-collector.sysusers.conf', null],
    ['README.md', null],
  ])('of %s is %s', (file, place) => {
    expect(placeOnHost(file)).toBe(place)
  })

  it('is one the installer takes, for everything that is shipped', () => {
    const pattern = /grep -E '(\^usr.*?)' \|\|/.exec(readFileSync('install.sh', 'utf8'))?.[1] ?? 'missing'
    const places = readdirSync('scripts/systemd').flatMap((file) => placeOnHost(file) ?? [])

    expect(places.length).toBeGreaterThan(5)
    expect(places.filter((place) => !new RegExp(pattern).test(place))).toEqual([])
  })
})

describe('install.sh', () => {
  it('is of the same version as the agent', () => {
    expect(readFileSync('install.sh', 'utf8')).toContain(`\nINSTALLER_VERSION=${AGENT_VERSION}\n`)
  })

  it('has in its help and in the reference every flag that it takes', () => {
    const script = readFileSync('install.sh', 'utf8')
    const help = script.slice(0, script.indexOf('# ---- words'))
    const reference = readFileSync('docs/reference/install.md', 'utf8')
    const cases = script.slice(script.indexOf('take_arguments()'), script.indexOf('take_value()'))
    const flags = [...cases.matchAll(/--[a-z][a-z-]+/g)].map(([flag]) => flag)

    expect(new Set(flags).size).toBeGreaterThan(20)
    for (const flag of flags) {
      expect(help).toContain(flag)
      expect(reference).toContain(`\`${flag}`)
    }
  })
})
