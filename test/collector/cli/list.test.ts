import { describe, expect, it } from 'vitest'
import { until } from '../../support/until.ts'
import { addServer, askACollector, flagged, json, overdue, report } from './collector-rig.ts'

askACollector()

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

  it('with --watch shows again what changed, until Ctrl-C', { timeout: 90_000 }, async () => {
    const server = await addServer('web-03')
    const { child, output, ended } = overdue.start(['list', '--watch', '--plain', '--columns', 'state'])
    await until('the first list', () => output.stdout === 'ok\n', 30_000)
    flagged(server)
    await report(server)
    await until('the second list', () => output.stdout.endsWith('restart-required\n'), 30_000)
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
