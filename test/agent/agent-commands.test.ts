// What the agent's commands say and how they end, but for those with a file of their own.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { agentBesideCollector } from '../support/agent-beside.ts'
import { until } from '../support/until.ts'

const here = agentBesideCollector()

const outboxFile = (): string => join(here.host.directory, 'runtime', 'outbox.json')

describe('run', () => {
  it('says how to enrol when the host is not', async () => {
    const { code, stderr } = await here.host.command(['run', '--url', here.collector.url])

    expect(code).toBe(4)
    expect(stderr).toContain('overdue-agent enroll --join-key-file FILE')
  })

  it('says which setting is missing when no address is known', async () => {
    here.host.giveCredential()
    const { code, stderr } = await here.host.command(['run'])

    expect(code).toBe(2)
    expect(stderr).toContain('set url in agent.toml')
  })

  it('refuses to be a second agent of the same directories, which would look like a copied machine', async () => {
    here.host.giveCredential()
    here.host.run('--url', here.collector.url)
    await here.collector.until('a first report', () => here.collector.reports.length > 0)
    const { code, stderr } = await here.host.command(['run', '--root', here.host.root, '--url', here.collector.url])

    expect(code).toBe(1)
    expect(stderr).toContain('runs already as process')
  })
})

describe('status', () => {
  it('says so when nothing is known yet', async () => {
    const { code, stdout } = await here.host.command(['status', '--json'])

    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toEqual({
      serverId: null,
      resident: null,
      delivery: null,
      lookedAt: null,
      judgement: null,
      problems: [],
    })
  })

  it('judges the newest snapshot and says what the collector acknowledged', async () => {
    here.host.giveCredential()
    here.host.setFlag('libc6')
    here.host.run('--url', here.collector.url)
    await until('acknowledged', async () => (await here.host.command(['status'])).stdout.includes('last taken'))
    const json = JSON.parse((await here.host.command(['status', '--json'])).stdout) as Record<string, unknown>
    const { stdout } = await here.host.command(['status'])

    expect(json).toMatchObject({
      serverId: `s${'a'.repeat(26)}`,
      resident: { url: here.collector.url },
      delivery: { standing: 'reporting', problem: null },
      judgement: { state: 'restart-required', packages: ['libc6'] },
      problems: [],
    })
    expect(stdout).toMatch(/^Restart required/)
    expect(stdout).toContain('up to date')
  })

  it('knows the last snapshot when no agent runs any more', async () => {
    here.host.giveCredential()
    here.host.run('--url', here.collector.url)
    await here.collector.until('a first report', () => here.collector.reports.length > 0)
    await until('kept', () => existsSync(outboxFile()))
    await here.host.kill()
    const document = JSON.parse((await here.host.command(['status', '--json'])).stdout) as Record<string, unknown>

    expect(document).toMatchObject({
      resident: null,
      delivery: null,
      judgement: { state: expect.any(String) as string },
    })
  })

  it('names what it could not read instead of calling it nothing', async () => {
    mkdirSync(join(here.host.directory, 'runtime'))
    writeFileSync(outboxFile(), '{')
    const { code, stdout } = await here.host.command(['status'])

    expect(code).toBe(0)
    expect(stdout).toContain('not read    outbox:')
  })
})

describe('the command line', () => {
  it('begins its help with examples', async () => {
    const { code, stdout } = await here.host.command(['help'])

    expect(code).toBe(0)
    expect(stdout).toMatch(/^overdue-agent enroll --join-key-file/)
  })

  it.each(['run', 'status', 'snapshot', 'report', 'enroll', 'version', 'help'])(
    'explains %s with --help',
    async (name) => {
      const { code, stdout } = await here.host.command(['help', name])

      expect(code).toBe(0)
      expect(stdout).toMatch(new RegExp(`^overdue-agent ${name}`))
    },
  )

  it('explains a command of two words', async () => {
    expect((await here.host.command(['help', 'scan', 'inventory'])).stdout).toMatch(/^overdue-agent scan inventory/)
  })

  it.each([
    [['statsu'], 'did you mean "status"?'],
    [['scan', 'inventroy'], 'did you mean "scan inventory"?'],
    [['dance'], 'there is no command "dance"'],
  ])('%j is a usage error that says more', async (argv, message) => {
    const { code, stderr } = await here.host.command(argv)

    expect(code).toBe(2)
    expect(stderr).toContain(message)
  })

  it('prints the version of package.json', async () => {
    const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string }
    const { stdout } = await here.host.command(['version', '--json'])

    expect(JSON.parse(stdout)).toEqual({ version, runtime: process.version })
  })
})
