// What a host says about itself to whoever stands before it.
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { AgentHost, buildAgentBundle } from '../../support/agent-bundle.ts'

let bundle: string
beforeAll(async () => {
  bundle = await buildAgentBundle()
})

let host: AgentHost
beforeEach(() => {
  host = new AgentHost(bundle, [])
})

const json = (text: string): Record<string, unknown> => JSON.parse(text) as Record<string, unknown>

describe('explain', () => {
  const explain = (...flags: string[]) => host.command(['explain', '--root', host.root, ...flags])

  it('names the signal that decided, with its raw value and source, and how "since" was found', async () => {
    host.setFlag('libssl3')
    const { code, stdout } = await explain()

    expect(code).toBe(0)
    expect(stdout).toMatch(/^Restart required/)
    expect(stdout).toMatch(
      /What decided\n {2}reboot-flag: required\n.*\n {4}value {3}.*libssl3.*\n {4}source {2}\/run\/reboot-required/,
    )
    expect(stdout).toMatch(/^Since \S+ \(.*\): it was there when the agent first looked/m)
  })

  it('says the same as one JSON document', async () => {
    host.setFlag('libssl3')
    const document = json((await explain('--json')).stdout)

    expect(document).toMatchObject({
      judgement: { state: 'restart-required', packages: ['libssl3'] },
      sinceHow: expect.stringContaining('first looked') as unknown,
    })
  })

  it('has nothing to say of "since" where nothing is pending, and tells what was not read', async () => {
    const document = json((await explain('--json')).stdout)

    expect(document).toMatchObject({ sinceHow: null, judgement: { since: null } })
    expect(document['notRead']).not.toEqual([])
  })

  it('lets nothing of a package name steer the terminal', async () => {
    host.setFlag('evil\u001b[2J\u202epkg')

    // oxlint-disable-next-line no-control-regex -- it is what this is about
    expect((await explain()).stdout).not.toMatch(/\u001b|\u202e/)
  })

  it('refuses flags it does not know', async () => {
    expect(await explain('--jsn')).toMatchObject({ code: 2, stdout: '' })
  })

  it('has help that begins with examples', async () => {
    const { code, stdout, stderr } = await host.command(['help', 'explain'])

    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toMatch(/^overdue-agent explain\n/)
  })
})

describe('explain --port', () => {
  const CASE = 'test/fixtures/exposure/07-source-restricted-accept'
  const explain = (...flags: string[]) => host.command(['explain', '--root', CASE, ...flags])

  it('prints the walk rule by rule, and who is through', async () => {
    const { code, stdout } = await explain('--port', 'tcp/5432')

    expect(code).toBe(0)
    expect(stdout).toMatch(/^tcp 5432 on 0\.0\.0\.0: filtered/)
    expect(stdout).toMatch(
      / {2}input: ip filter INPUT\n {4}accept +0 % \| ip filter INPUT: ip saddr 10\.0\.0\.0\/8 tcp dport 5432 accept/,
    )
    expect(stdout).toMatch(/ {4}policy drop for 100 %/)
  })

  it('says the same as one JSON document', async () => {
    const document = json((await explain('--port', '5432', '--json')).stdout)

    expect(document).toMatchObject({ port: 5432, from: 'walk', why: null, listeners: [{ port: 5432 }] })
    expect(document['walks']).toMatchObject([{ protocol: 'tcp', family: 4 }, {}])
  })

  it('says so where nothing listens', async () => {
    expect((await explain('--port', '9')).stdout).toMatch(/^Nothing listens on port 9, and no rule passes it on\./)
  })

  it('without the rules says why there is no walk', async () => {
    const { stdout } = await host.command(['explain', '--port', '9', '--root', host.root])

    expect(stdout).toMatch(/No walk is told: .*ss/)
  })

  it.each(['0', '65536', 'http', 'sctp/9', ''])('refuses the port "%s"', async (port) => {
    expect(await explain('--port', port)).toMatchObject({ code: 2, stdout: '' })
  })
})
