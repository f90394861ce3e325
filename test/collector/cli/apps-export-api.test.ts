import { describe, expect, it } from 'vitest'
import { paths } from '../../../shared/protocol/paths.ts'
import { addServer, askACollector, collector, flagged, json, overdue, report } from './collector-rig.ts'

askACollector()

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
