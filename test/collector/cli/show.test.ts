import { describe, expect, it } from 'vitest'
import { failed, observed } from '../../../shared/sections/section.ts'
import { addServer, askACollector, collector, flagged, json, overdue } from './collector-rig.ts'

askACollector()

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

  it('lists every listening port with its bind, its verdict and the reason, the worst first', async () => {
    const server = await addServer('web-03', ({ report }) => {
      report.state.listeners = observed([
        { protocol: 'tcp', family: 4, address: '127.0.0.1', port: 5432, verdict: 'filtered', reason: 'loopback-bind' },
        {
          protocol: 'tcp',
          family: 6,
          address: '::',
          port: 443,
          verdict: 'exposed',
          reason: 'accept-rule',
          unit: 'nginx.service',
          rule: 'tcp dport 443 accept',
        },
      ])
    })
    const { stdout } = await overdue.run(['show', server.id])
    const lines = stdout.split('\n')
    const at = lines.indexOf('Ports')

    expect(lines.slice(at + 1, at + 4).map((line) => line.trim().split(/ {2,}/))).toEqual([
      ['PORT', 'ADDRESS', 'EXPOSURE', 'REASON', 'UNIT', 'RULE'],
      ['tcp 443', '::', 'exposed', 'accept-rule', 'nginx.service', 'tcp dport 443 accept'],
      ['tcp 5432', '127.0.0.1', 'filtered', 'loopback-bind', '-', '-'],
    ])
  })

  it('tells whose firewall rules were read, or why none could be', async () => {
    const { id } = await addServer('web-03')
    const bare = await addServer('bare', ({ report }) => {
      report.state.exposure = observed({ tools: [] })
    })
    const blind = await addServer('blind', ({ report }) => {
      report.state.exposure = failed('nft is not installed')
    })
    const shown = await Promise.all([id, bare.id, blind.id].map((server) => overdue.run(['show', server])))
    const lines = shown.map(({ stdout }) => /^firewall +(.*)$/m.exec(stdout)?.[1])

    expect(lines[0]).toMatch(/^nft, read \d{4}-\d\d-\d\d \d\d:\d\d UTC, .* ago$/)
    expect(lines[1]).toMatch(/^no rules, read /)
    expect(lines[2]).toBe('not readable: nft is not installed')
  })

  it('says why there are no ports to see: none, never told, or not readable', async () => {
    const quiet = await addServer('quiet')
    const silent = await collector.enroll('silent')
    const blind = await addServer('blind', ({ report }) => {
      report.state.listeners = failed('EACCES: /proc/net/tcp')
    })
    const shown = await Promise.all([quiet, silent, blind].map(({ id }) => overdue.run(['show', id])))
    const ports = shown.map(({ stdout }) => /^Ports.*\n(.*)/m.exec(stdout)?.[1]?.trim())

    expect(ports).toEqual(['none is listening', 'not told yet', 'could not be read: EACCES: /proc/net/tcp'])
  })

  it('names the packages that ask for the restart', async () => {
    const { id } = await addServer('web-03', flagged)

    expect((await overdue.run(['show', id])).stdout).toMatch(/^packages +linux-image-6\.1\.0-31-amd64, libssl3$/m)
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
