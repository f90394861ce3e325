// The operator's commands against the real collector.
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { paths } from '../../../shared/protocol/paths.ts'
import { LOOPBACK_CERTIFICATE, LOOPBACK_KEY } from '../../support/loopback-certificate.ts'
import { buildOverdueBundle, OverdueProgram } from '../../support/overdue-program.ts'
import { SteppedClock, TestCollector, type TestServer } from '../../support/test-collector.ts'
import { until } from '../../support/until.ts'

beforeAll(buildOverdueBundle)

let collector: TestCollector
let url: string
let token: string
let overdue: OverdueProgram
beforeEach(async () => {
  // Ages are told by the Date header of the answers, which no test sets.
  collector = new TestCollector({ clock: new SteppedClock(Date.now()) })
  url = await collector.listen()
  token = collector.createToken('operator')
  overdue = OverdueProgram.asking(url, token)
  return () => collector.close()
})

async function addServer(name: string, change: (server: TestServer) => void = () => undefined): Promise<TestServer> {
  const server = await collector.enroll(name)
  change(server)
  await report(server)
  return server
}

async function report(server: TestServer): Promise<void> {
  const answer = await collector.post(paths.report(), server.credential, server.report.whole())
  expect(answer.statusCode).toBe(200)
}

const flagged = (server: TestServer): void => server.report.raiseFlag(['linux-image-6.1.0-31-amd64', 'libssl3'])
const json = (text: string): Record<string, unknown> => JSON.parse(text) as Record<string, unknown>

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

describe('list', () => {
  it('shows the most urgent first, in words of the contract', async () => {
    await addServer('quiet-1')
    await addServer('web-03', flagged)
    const { code, stdout, stderr } = await overdue.run(['list'])
    const [heading, first, second] = stdout.split('\n')

    expect({ code, stderr }).toEqual({ code: 0, stderr: '2 servers.\n' })
    expect(heading).toMatch(/^STATE +PROMOTED +SERVER +APP/)
    expect(first).toMatch(/^restart-required .*web-03 .*linux-image-6.1.0-31-amd64 \+1/)
    expect(second).toMatch(/^ok .*quiet-1/)
  })

  it('prints one JSON document, and every page of it', async () => {
    for (const name of ['a', 'b', 'c']) await addServer(name)
    const whole = json((await overdue.run(['list', '--json'])).stdout)
    const two = json((await overdue.run(['list', '--json', '--limit', '2'])).stdout)

    expect(whole).toMatchObject({ nextCursor: null, total: 3 })
    expect(whole['items']).toHaveLength(3)
    expect(two['items']).toHaveLength(2)
    expect(two['nextCursor']).toEqual(expect.any(String))
  })

  it('prints tab-separated lines of the columns that were asked for', async () => {
    const { id } = await addServer('web-03', flagged)
    const { stdout } = await overdue.run(['list', '--plain', '--columns', 'id,state,server'])

    expect(stdout).toBe(`${id}\trestart-required\tweb-03\n`)
  })

  it('says nothing on standard output when nothing is there, and is empty JSON', async () => {
    expect(await overdue.run(['list'])).toEqual({ code: 0, stdout: '', stderr: 'No server matches.\n' })
    expect((await overdue.run(['list', '--json'])).stdout).toBe('{"items":[],"nextCursor":null,"total":0}\n')
  })

  it('with --exit-code tells by its exit code whether anything matches', async () => {
    const before = await overdue.run(['list', '--exit-code'])
    await addServer('web-03')
    const after = await overdue.run(['list', '--exit-code'])

    expect([before.code, after.code]).toEqual([0, 1])
  })

  it('writes control and bidi characters of a name out instead of sending them', async () => {
    await addServer('evil\u001b[2J\u009b31m\u202egnp.exe')
    const shown = await overdue.run(['list'])
    const document = await overdue.run(['list', '--json'])

    // oxlint-disable-next-line no-control-regex -- they are what this is about
    const steering = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e]/
    expect(shown.stdout).toContain(String.raw`evil\x1b[2J\x9b31m\u202egnp.exe`)
    expect(shown.stdout + document.stdout).not.toMatch(steering)
    expect(json(document.stdout)).toMatchObject({ items: [{ name: 'evil\u001b[2J\u009b31m\u202egnp.exe' }] })
  })

  it('with --watch shows again what changed, until Ctrl-C', async () => {
    const server = await addServer('web-03')
    const { child, output, ended } = overdue.start(['list', '--watch', '--plain', '--columns', 'state'])
    await until('the first list', () => output.stdout === 'ok\n')
    flagged(server)
    await report(server)
    await until('the second list', () => output.stdout.endsWith('restart-required\n'))
    child.kill('SIGINT')

    expect((await ended).code).toBe(130)
  })

  it.each([
    [['list', '--columns', 'stat'], 'did you mean "state"'],
    [['list', '--json', '--csv'], 'Choose one of --json and --csv'],
    [['list', '--limit', '0'], '--limit 0'],
    [['list', '--lmit', '3'], 'Did you mean --limit?'],
    [['list', 'a', 'b'], '"b" is one word too many'],
    [['list', '--csv', '--limit', '3'], 'leave --limit out'],
  ])('refuses %j with the fix', async (args, fix) => {
    const { code, stdout, stderr } = await overdue.run(args)

    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain(fix)
  })
})

describe('show', () => {
  it('finds a server by its name and by its id, with the evidence', async () => {
    const { id } = await addServer('web-03', flagged)
    const byName = await overdue.run(['show', 'web-03'])
    const byId = json((await overdue.run(['show', id, '--json'])).stdout)

    expect(byName.code).toBe(0)
    expect(byName.stdout).toMatch(/^Restart required for /m)
    expect(byName.stdout).toMatch(/^ {2}\* .*required/m)
    expect(byId).toMatchObject({ id, name: 'web-03', state: 'restart-required' })
  })

  it('lists who is meant when two have the name', async () => {
    const one = await addServer('twin')
    const two = await addServer('twin')
    const { code, stdout, stderr } = await overdue.run(['show', 'twin'])

    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toContain('2 servers are called "twin"')
    expect(stderr).toContain(one.id)
    expect(stderr).toContain(two.id)
  })

  it('offers what resembles a name nobody has', async () => {
    const { id } = await addServer('web-03.example.com')
    const { code, stderr } = await overdue.run(['show', 'web-03'])

    expect(code).toBe(1)
    expect(stderr).toContain(`No server is called "web-03". Did you mean one of these?\n  ${id}  web-03.example.com`)
  })

  it('needs a server', async () => {
    expect(await overdue.run(['show'])).toMatchObject({ code: 2 })
  })
})

describe('history and tail', () => {
  it('tells what happened, the newest first', async () => {
    const server = await addServer('web-03')
    flagged(server)
    await report(server)
    const { code, stdout } = await overdue.run(['history'])
    const plain = await overdue.run(['history', '--plain', '--limit', '1'])

    expect(code).toBe(0)
    expect(stdout.split('\n').map((line) => line.slice(22).split(/ +/)[0])).toEqual([
      'restart-required',
      'registered',
      '',
    ])
    expect(plain.stdout.split('\t').slice(1, 4)).toEqual(['restart-required', server.id, 'web-03'])
  })

  it('asks for one server by its name', async () => {
    await addServer('a')
    await addServer('b')
    const { items } = json((await overdue.run(['history', '--server', 'b', '--json'])).stdout)

    expect(items).toMatchObject([{ type: 'registered', serverName: 'b' }])
  })

  it.each([
    [['history', '--type', 'rebooted'], 'there is no "rebooted"'],
    [['history', '--since', 'yesterday'], '--since yesterday'],
  ])('refuses %j', async (args, fix) => {
    const { code, stderr } = await overdue.run(args)

    expect(code).toBe(2)
    expect(stderr).toContain(fix)
  })

  it('follows, and after an interruption tells what was missed', async () => {
    const server = await addServer('web-03')
    const { child, output, ended } = overdue.start(['tail', '--json'])
    await until('it follows', () => output.stderr.includes('Ctrl-C ends this'))
    flagged(server)
    await report(server)
    await until('the flag', () => output.stdout.includes('restart-required'))
    collector.app.server.closeAllConnections()
    server.report.clearFlag()
    await report(server)
    await until('what was missed', () => output.stdout.includes('restart-cleared'))
    child.kill('SIGINT')
    const { code, stdout } = await ended

    expect(code).toBe(130)
    expect(
      stdout
        .trim()
        .split('\n')
        .map((line) => json(line)['type']),
    ).toEqual(['restart-required', 'restart-cleared'])
  })
})

describe('tail', () => {
  it('ends when its token is revoked', async () => {
    const id = 'shortlived'
    const mine = OverdueProgram.asking(url, collector.createToken('reader', { id }))
    const { output, ended } = mine.start(['tail'])
    await until('it follows', () => output.stderr.includes('Ctrl-C ends this'))
    const now = collector.clock.now()
    collector.ctx.store.revokeToken(id, now, {
      at: now,
      actor: 'test',
      action: 'token.revoke',
      subject: id,
      detail: {},
    })
    await addServer('web-03')

    expect((await ended).code).toBe(4)
  })
})

describe('apps, export, api, completion', () => {
  it('shows applications with their counts, and one with its policy', async () => {
    await collector.enroll('idle', collector.createJoinKey({ application: 'blog' }))
    const server = await collector.enroll('web-03', collector.createJoinKey({ application: 'shop' }))
    flagged(server)
    await report(server)
    const all = await overdue.run(['apps', '--plain'])
    const one = await overdue.run(['apps', 'shop'])

    expect(all.stdout.split('\n').map((line) => line.split('\t').slice(0, 4))).toEqual([
      ['shop', '1', '0', '1'],
      ['blog', '1', '0', '0'],
      [''],
    ])
    expect(one.stdout).toMatch(/^stale after +14 d when exposed, otherwise 30 d \(the fleet's; preset default\)$/m)
  })

  it('exports every server and every line of history, safe for spreadsheets', async () => {
    await addServer('=cmd|calc')
    const servers = await overdue.run(['export', 'servers', '--format', 'csv'])
    const history = await overdue.run(['export', 'history', '--format', 'csv'])
    const document = json((await overdue.run(['export', 'history', '--format', 'json'])).stdout)

    expect([servers.code, history.code]).toEqual([0, 0])
    expect(servers.stdout).toContain(`'=cmd|calc`)
    expect(history.stdout).toMatch(
      /^time,type,cause,serverId,serverName,application,data\r\n\S+,registered,,s\w{26},'=cmd\|calc,,/,
    )
    expect(document).toMatchObject({ items: [{ type: 'registered' }], nextCursor: null })
  })

  it('sends one request as it is, and shows the answer as it comes', async () => {
    await addServer('web-03')
    const answer = await overdue.run(['api', 'get', paths.servers(), '-f', 'q=name:web-03', '-f', 'limit=1'])

    expect(json(answer.stdout)).toMatchObject({ total: 1 })
  })

  it.each([
    [['api', 'FETCH', '/x'], 'overdue api GET|POST'],
    [['api', 'GET', 'x'], 'begins with "/"'],
    [['api', 'GET', '/x', '-f', 'novalue'], 'write NAME=VALUE'],
    [['api', 'GET', '/x', '--input', '-'], 'a GET has no body'.replace('a', 'A')],
    [['export', 'tokens', '--format', 'csv'], 'servers|history'],
    [['export', 'servers', '--format', 'xml'], 'There is no --format xml'],
    [['export', 'servers', '--format', 'csv', '--since', '3d'], '--since is for history'],
    [['completion', 'powershell'], 'bash|zsh|fish'],
    [['apps', '--json', '--plain'], 'Choose one of'],
    [['summary', 'now'], 'one word too many'],
    [['tail', '--type', 'x'], 'there is no "x"'],
    [['version', '--yaml'], '--yaml'],
  ])('refuses %j', async (args, why) => {
    const { code, stdout, stderr } = await overdue.run(args)

    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain(why)
  })

  it.each(['bash', 'zsh', 'fish'])('completes every command in %s', async (shell) => {
    const { code, stdout } = await overdue.run(['completion', shell])

    expect(code).toBe(0)
    for (const word of ['login', 'list', '--exit-code', 'state:', 'history', 'policy']) expect(stdout).toContain(word)
  })
})

describe('forget', () => {
  it('says which, and does nothing, with --dry-run', async () => {
    await addServer('web-03')
    const { code, stderr } = await overdue.run(['forget', 'name:web-*', '--dry-run'])

    expect({ code, stderr }).toEqual({ code: 0, stderr: '1 server: web-03\n' })
    expect(collector.ctx.projection.size).toBe(1)
  })

  it('does not act where nobody can be asked', async () => {
    const server = await addServer('web-03')

    expect(await overdue.run(['forget', 'web-03'])).toMatchObject({ code: 2, stdout: '' })
    expect(collector.ctx.projection.get(server.id)?.lifecycle).toBe('active')
  })

  it('never takes a mistyped name for a query', async () => {
    await addServer('web-03')
    const { code, stderr } = await overdue.run(['forget', 'web', '--yes'])

    expect(code).toBe(1)
    expect(stderr).toContain('No server is called "web". Did you mean one of these?')
  })

  it('refuses a query that means nothing', async () => {
    expect(await overdue.run(['forget', 'satte:ok env:x', '--yes'])).toMatchObject({ code: 2 })
    expect(await overdue.run(['forget'])).toMatchObject({ code: 2 })
  })
})

describe('forget, with consent', () => {
  it('removes what matches, keeps its history, and is not troubled by what is gone already', async () => {
    const server = await addServer('web-03')
    await addServer('web-04')
    const { code, stdout, stderr } = await overdue.run(['forget', 'name:web-*', '--yes', '--json'])
    const again = await overdue.run(['forget', server.id, '--yes'])

    expect({ code, stderr }).toEqual({ code: 0, stderr: '2 servers: web-03, web-04\nForgot 2 servers.\n' })
    expect(json(stdout)).toMatchObject({ forgotten: [{ name: 'web-03' }, { name: 'web-04' }], failed: [] })
    expect(collector.ctx.projection.get(server.id)?.lifecycle ?? 'removed').toBe('removed')
    expect((await overdue.run(['list', '--json'])).stdout).toContain('"total":0')
    expect((await overdue.run(['history', '--type', 'removed', '--plain'])).stdout.split('\n')).toHaveLength(3)
    expect(again.code).toBeLessThanOrEqual(1)
  })

  it('stops at once for a token that may not do this', async () => {
    const server = await addServer('web-03')
    const reader = OverdueProgram.asking(url, collector.createToken('reader'))

    expect(await reader.run(['forget', server.id, '--yes'])).toMatchObject({ code: 4, stdout: '' })
    expect(collector.ctx.projection.get(server.id)?.lifecycle).toBe('active')
  })
})

describe('policy', () => {
  const staleAfter = () => collector.ctx.policy().staleAfter

  it('shows the policy in force and the presets', async () => {
    const { code, stdout } = await overdue.run(['policy', 'show'])

    expect(code).toBe(0)
    expect(stdout).toMatch(/^stale after +14 d when exposed, otherwise 30 d$/m)
    expect(stdout).toMatch(/^cyber-essentials +14 d +14 d/m)
    expect(json((await overdue.run(['policy', 'show', '--json'])).stdout)).toMatchObject({
      policy: { preset: 'default' },
    })
  })

  it('previews what would change, and changes nothing', async () => {
    await addServer('web-03', flagged)
    const { code, stdout } = await overdue.run(['policy', 'preview', '--otherwise-days', '7'])

    expect(code).toBe(0)
    expect(stdout).toContain('otherwise 7 d')
    expect(stdout).toContain('No server would be judged differently.')
    expect(staleAfter()).toEqual({ exposedDays: 14, otherwiseDays: 30 })
  })

  it('sets what flags name and leaves the rest', async () => {
    const first = await overdue.run(['policy', 'set', '--silent-after', '30m', '--yes'])
    const second = await overdue.run(['policy', 'set', '--exposed-days', '7', '--yes'])
    const { policy } = json((await overdue.run(['policy', 'show', '--json'])).stdout)

    expect([first.code, second.code]).toEqual([0, 0])
    expect(policy).toMatchObject({ silentAfter: '30m', staleAfter: { exposedDays: 7, otherwiseDays: 30 } })
  })

  it('gives one application thresholds of its own, and takes them away', async () => {
    await overdue.run(['policy', 'set', '--app', 'shop', '--unknown-exposure-counts', 'true', '--yes'])
    const own = await overdue.run(['policy', 'set', '--app', 'shop', '--otherwise-days', '3', '--yes', '--json'])
    await overdue.run(['policy', 'set', '--app', 'shop', '--as-fleet', '--yes'])

    expect(json(own.stdout)).toMatchObject({
      applied: true,
      policy: {
        applications: { shop: { staleAfter: { exposedDays: 14, otherwiseDays: 3 }, unknownExposureCounts: true } },
      },
    })
    expect(collector.ctx.policy().applications).toEqual({})
  })

  it.each([
    [['policy'], 'show|preview|set'],
    [['policy', 'sett'], 'Did you mean "set"?'],
    [['policy', 'set'], 'Say what to change'],
    [['policy', 'show', '--exposed-days', '3'], 'changes nothing'],
    [['policy', 'set', '--exposed-days', '3'], 'give --yes'],
    [['policy', 'set', '--preset', 'relax', '--yes'], '--preset: there is no "relax"'],
    [['policy', 'set', '--silent-after', 'soon', '--yes'], 'silentAfter'],
    [['policy', 'set', '--app', 'x', '--silent-after', '1h', '--yes'], 'of the whole fleet'],
    [['policy', 'set', '--as-fleet', '--yes'], '--as-fleet needs --app'],
    [['policy', 'set', '--unknown-exposure-counts', 'maybe', '--yes'], 'write true or false'],
  ])('refuses %j', async (args, why) => {
    const { code, stdout, stderr } = await overdue.run(args)

    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain(why)
    expect(staleAfter()).toEqual({ exposedDays: 14, otherwiseDays: 30 })
  })
})

describe('over TLS', () => {
  it('trusts the authority it is given, keeps it at login, and nobody else', async () => {
    const tls = { cert: LOOPBACK_CERTIFICATE, key: LOOPBACK_KEY }
    const secure = new TestCollector({ clock: new SteppedClock(Date.now()), config: { tls } })
    onTestFinished(() => secure.close())
    const address = await secure.listen()
    const stranger = new OverdueProgram()
    const tokenFile = stranger.file('t', secure.createToken('reader'))
    const caFile = stranger.file('ca.pem', LOOPBACK_CERTIFICATE)
    const refused = await stranger.run(['login', address, '--token-file', tokenFile])
    const trusted = await stranger.run(['login', address, '--token-file', tokenFile, '--ca-file', caFile])

    expect(refused.code).toBe(5)
    expect(refused.stderr).toContain('--ca-file')
    expect(trusted.code).toBe(0)
    expect((await stranger.run(['summary'])).code).toBe(0)
  })
})

describe('through a proxy', () => {
  it('goes where HTTP_PROXY says, but for what NO_PROXY names', async () => {
    const asked: (string | undefined)[] = []
    const proxy = createServer((request, response) => {
      asked.push(request.url)
      response.writeHead(502).end()
    })
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => void proxy.close())
    overdue.environment['HTTP_PROXY'] = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`
    const proxied = await overdue.run(['summary'])
    overdue.environment['NO_PROXY'] = '127.0.0.1'
    const direct = await overdue.run(['summary'])

    expect([proxied.code, direct.code]).toEqual([5, 0])
    expect(asked).toEqual([`${url}${paths.summary()}`])
  })
})

describe('what goes wrong', () => {
  it.each([
    ['nobody listens', 5, async () => await OverdueProgram.asking('http://127.0.0.1:9', token).run(['summary'])],
    [
      'the token is unknown',
      4,
      async () => await OverdueProgram.asking(url, `ovdt_no_${'x'.repeat(43)}`).run(['summary']),
    ],
    ['a query means nothing', 2, async () => await overdue.run(['list', 'satte:ok'])],
    ['there is nothing there', 1, async () => await overdue.run(['show', `s${'a'.repeat(26)}`])],
    ['the command is not known', 2, async () => await overdue.run(['lits'])],
    ['no command is given', 2, async () => await overdue.run([])],
  ])('when %s the exit code is %i, with a sentence on standard error alone', async (_when, code, act) => {
    const ended = await act()

    expect(ended).toMatchObject({ code, stdout: '' })
    expect(ended.stderr).not.toMatch(/\n {4}at /)
    expect(ended.stderr).not.toBe('')
  })

  it('names the term that is wrong, in words and with --json as the problem of the collector', async () => {
    const told = await overdue.run(['list', 'satte:ok'])
    const document = json((await overdue.run(['list', 'satte:ok', '--json'])).stderr)

    expect(told.stderr).toContain('satte')
    expect(document).toMatchObject({ status: 400, kind: 'invalid-query' })
  })

  it('never shows the token', async () => {
    const ended = await OverdueProgram.asking('http://127.0.0.1:9', token).run(['summary', '--json'])

    expect(ended.stdout + ended.stderr).not.toContain(token)
  })

  it('offers the command that was meant', async () => {
    expect((await overdue.run(['lits'])).stderr).toContain('Did you mean "list"?')
  })
})
