import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { OverdueProgram } from '../../support/overdue-program.ts'
import { askACollector, collector, overdue, token, url } from './collector-rig.ts'

askACollector()

describe('login', () => {
  it('tries the token, keeps it for its owner alone, and later commands use it', async () => {
    const stranger = new OverdueProgram()
    const login = await stranger.run(['login', url, '--token-file', '-'], token)
    const summary = await stranger.run(['summary'])
    const folder = join(stranger.home, '.config/overdue')

    expect(login).toEqual({ code: 0, stdout: '', stderr: `Logged in to ${url}.\n` })
    expect(statSync(join(folder, 'token')).mode & 0o777).toBe(0o600)
    expect(readFileSync(join(folder, 'config.toml'), 'utf8')).not.toContain(token)
    expect(summary).toMatchObject({ code: 0, stderr: '' })
    expect(summary.stdout).toContain('No server is registered yet.')
  })

  it('keeps nothing of a token the collector does not know', async () => {
    const stranger = new OverdueProgram()
    const wrong = `ovdt_nobody_${'x'.repeat(43)}`
    const login = await stranger.run(['login', url, '--token-file', stranger.file('t', wrong)])

    expect(login.code).toBe(4)
    expect(login.stderr).not.toContain(wrong)
    expect(await stranger.run(['summary'])).toMatchObject({ code: 2 })
  })

  it('takes no join key for a token, and does not repeat what it read', async () => {
    const joinKey = collector.createJoinKey()
    const login = await new OverdueProgram().run(['login', url, '--token-file', '-'], joinKey)

    expect(login.code).toBe(4)
    expect(login.stderr).toContain('standard input holds no API token')
    expect(login.stderr).not.toContain(joinKey)
  })

  it('does not ask where nobody can answer', async () => {
    expect(await new OverdueProgram().run(['login', url])).toMatchObject({ code: 2 })
  })

  it('refuses to carry a token over plain HTTP to another machine', async () => {
    const login = await overdue.run(['login', 'http://192.0.2.1:8480', '--token-file', '-'], token)

    expect(login.code).toBe(2)
    expect(login.stderr).toContain('in clear text')
  })

  it('sends the token of a login to no other collector', async () => {
    const stranger = new OverdueProgram()
    await stranger.run(['login', url, '--token-file', '-'], token)
    const other = await stranger.run(['summary', '--url', 'http://127.0.0.1:9'])

    expect(other.code).toBe(4)
    expect(other.stderr).toContain('No token for http://127.0.0.1:9')
  })

  it('names the key of config.toml that means nothing', async () => {
    mkdirSync(join(overdue.home, '.config/overdue'), { recursive: true })
    writeFileSync(join(overdue.home, '.config/overdue/config.toml'), 'adress = "x"\n')
    const { code, stderr } = await overdue.run(['summary'])

    expect(code).toBe(2)
    expect(stderr).toContain('unknown key "adress"')
  })
})
