import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { checkConfig, type Environment, type Flags, loadConfig, mergeConfig } from '../../../agent/settings/config.ts'
import { temporaryDirectory } from '../../support/temporary-directory.ts'

function configOf(toml: string | null, environment: Environment = {}, flags: Flags = {}) {
  const file = toml === null ? null : { path: '/etc/overdue/agent.toml', text: toml }
  return checkConfig(mergeConfig({ flags, environment, file }), environment)
}

describe('agent.toml', () => {
  it('sets everything', () => {
    const config = configOf(`
      url = "https://overdue.example:8480/"
      name = "web-1"
      application = "shop"
      environment = "production"
      tags = { role = "web", tier = "1" }
      caFile = "/etc/overdue/ca.pem"
      heartbeat = "90s"
      backoffMax = "10m"
      allowPlainHttp = true
    `)

    expect(config).toMatchObject({
      url: 'https://overdue.example:8480',
      caFile: '/etc/overdue/ca.pem',
      allowPlainHttp: true,
      backoffMaxMs: 600_000,
      labels: {
        name: 'web-1',
        application: 'shop',
        environment: 'production',
        tags: { role: 'web', tier: '1' },
        heartbeatMs: 90_000,
      },
    })
  })

  it('declares what the host cannot see of its network, and of single ports', () => {
    const config = configOf(`
      [network]
      publicAddresses = ["203.0.113.7", "2001:DB8::7"]
      publicAddress = "auto"
      [ports]
      "tcp/8080" = { verdict = "filtered", reason = " behind the balancer ", expires = 2027-06-30 }
      "udp/53" = { verdict = "exposed", reason = "anycast", expires = "2026-12-31" }
    `)

    expect(config.asksCloud).toBe(true)
    expect(config.declarations).toEqual({
      publicAddresses: ['203.0.113.7', '2001:db8::7'],
      behindNat: null,
      ports: {
        'tcp/8080': { verdict: 'filtered', reason: 'behind the balancer', expires: '2027-06-30' },
        'udp/53': { verdict: 'exposed', reason: 'anycast', expires: '2026-12-31' },
      },
      cloudAddresses: [],
    })
  })

  it('may be missing: everything has a default', () => {
    expect(configOf(null)).toEqual({
      url: null,
      caFile: null,
      pins: null,
      proxy: { own: null, environment: {} },
      allowPlainHttp: false,
      backoffMaxMs: 300_000,
      labels: { name: null, application: null, environment: null, tags: {}, heartbeatMs: null },
      declarations: { publicAddresses: [], behindNat: null, ports: {}, cloudAddresses: [] },
      componentNames: null,
      asksCloud: false,
      stateDirectory: '/var/lib/overdue-agent',
      runtimeDirectory: '/run/overdue-agent',
      factsDirectory: '/run/overdue/facts',
      root: null,
    })
  })

  it.each([
    ['an unknown key', 'hartbeat = "60s"', '/etc/overdue/agent.toml: hartbeat: there is no such key'],
    ['a key of another program', 'listen = ":8480"', 'agent.toml: listen: there is no such key'],
    ['ports that are no table', 'ports = 1', 'agent.toml: ports = 1: write a table of ports'],
    ['a port without its protocol', '[ports.443]\nverdict = "filtered"', 'name port "443" like "tcp/443"'],
    [
      'a port without a reason',
      '[ports."tcp/443"]\nverdict = "filtered"\nexpires = 2027-06-30',
      'tcp/443: reason: write why',
    ],
    [
      'a port that is declared for ever',
      '[ports."tcp/443"]\nverdict = "filtered"\nreason = "x"',
      'tcp/443: expires: write the last day',
    ],
    [
      'a day that is none',
      '[ports."udp/53"]\nverdict = "exposed"\nreason = "x"\nexpires = "2027-02-30"',
      'udp/53: expires: write the last day',
    ],
    ['a verdict that is none', '[ports."tcp/1"]\nverdict = "open"', 'tcp/1: verdict: write "exposed" or "filtered"'],
    [
      'a private address as a public one',
      'network = { publicAddresses = ["10.0.0.5"] }',
      'publicAddresses: "10.0.0.5" is no public address',
    ],
    ['a word for behindNat', 'network = { behindNat = "yes" }', 'behindNat: write true or false'],
    ['another way to ask the cloud', 'network = { publicAddress = "ec2" }', 'publicAddress: write "auto"'],
    ['__proto__', '__proto__ = { a = 1 }', 'there is no such key'],
    ['a table with another key', '[network]\nallow = 1', '"allow" is none of its keys'],
    ['a number for a text', 'name = 5', 'name = 5: write a text'],
    ['an empty name', 'name = " "', 'name = " ": write a text'],
    ['a name with a control character', 'name = "a\\u0007b"', 'name = '],
    ['a duration without a unit', 'heartbeat = "60"', 'heartbeat = "60": write a duration such as "60s"'],
    ['a duration that is a number', 'heartbeat = 60', 'heartbeat = 60: write a duration'],
    ['a heartbeat below a second', 'heartbeat = "10ms"', 'heartbeat = "10ms": write a duration'],
    ['a heartbeat above a day', 'heartbeat = "25h"', 'heartbeat = "25h": write a duration'],
    ['an address that is none', 'url = "overdue.example"', 'url = "overdue.example": write the address'],
    ['another scheme', 'url = "ftp://overdue.example"', 'url = "ftp://overdue.example": write the address'],
    ['a password in the address', 'url = "https://a:b@overdue.example"', 'leave user and password out'],
    ['a query in the address', 'url = "https://overdue.example/?a=1"', 'leave out everything from "?"'],
    [
      'plain HTTP to another machine',
      'url = "http://overdue.example:8480"',
      'use https://, or set allowPlainHttp = true',
    ],
    ['a relative path', 'caFile = "ca.pem"', 'caFile = "ca.pem": write an absolute path'],
    ['tags that are a list', 'tags = ["web"]', 'tags = ["web"]: write a table of texts'],
    ['a tag that is a number', 'tags = { tier = 1 }', 'give tag "tier" a text'],
    ['a tag with a space in its name', 'tags = { "a b" = "1" }', 'name tag "a b"'],
    ['text that is not TOML', 'name = web', '/etc/overdue/agent.toml: line 1'],
  ])('is refused with %s, saying where, what and how to mend it', (_, toml, message) => {
    expect(() => configOf(toml)).toThrow(expect.objectContaining({ name: 'ConfigError' }))
    expect(() => configOf(toml)).toThrow(message)
    expect(() => configOf(toml)).toThrow('/etc/overdue/agent.toml')
  })

  it('is refused with more tags than a server can have', () => {
    const tags = Array.from({ length: 33 }, (_, at) => `t${at} = "x"`).join(', ')

    expect(() => configOf(`tags = { ${tags} }`)).toThrow('keep at most 32 tags')
  })

  it.each(['http://127.0.0.1:8480', 'http://localhost:8480', 'http://[::1]:8480'])('may name %s without TLS', (url) => {
    expect(configOf(`url = "${url}"`).url).toBe(url)
  })

  it.each(['http://127.0.0.1.example.org', 'http://localhost.example.org', 'http://10.0.0.1'])(
    'may not name %s so',
    (url) => {
      expect(() => configOf(`url = "${url}"`)).toThrow('use https://')
    },
  )
})

describe('the places a setting comes from', () => {
  it('are flags before environment before file', () => {
    const toml = 'name = "file"\napplication = "file"\nenvironment = "file"'
    const environment = { OVERDUE_NAME: 'variable', OVERDUE_APPLICATION: 'variable' }

    expect(configOf(toml, environment, { name: 'flag' }).labels).toMatchObject({
      name: 'flag',
      application: 'variable',
      environment: 'file',
    })
  })

  it.each([
    [{ OVERDUE_HEARTBEAT: 'often' }, {}, 'environment: OVERDUE_HEARTBEAT = "often": write a duration'],
    [{}, { heartbeat: 'often' }, 'command line: --heartbeat = "often": write a duration'],
    [{ OVERDUE_TAGS: 'web' }, {}, 'environment: OVERDUE_TAGS = "web": give tag "web" a text'],
    [{ OVERDUE_ALLOW_PLAIN_HTTP: 'maybe' }, {}, 'OVERDUE_ALLOW_PLAIN_HTTP = "maybe": write true or false'],
  ] as const)('are named when one of them is wrong: %j %j', (environment, flags, message) => {
    expect(() => configOf(null, environment, flags)).toThrow(message)
  })

  it('hold tags in one line outside the file', () => {
    expect(configOf(null, { OVERDUE_TAGS: 'role=web, tier=1' }).labels.tags).toEqual({ role: 'web', tier: '1' })
  })

  it('are what systemd says for directories, unless somebody says otherwise', () => {
    const systemd = { STATE_DIRECTORY: '/var/lib/unit', RUNTIME_DIRECTORY: '/run/unit' }

    expect(configOf(null, systemd)).toMatchObject({ stateDirectory: '/var/lib/unit', runtimeDirectory: '/run/unit' })
    expect(configOf(null, { ...systemd, OVERDUE_STATE_DIR: '/srv/state' }).stateDirectory).toBe('/srv/state')
  })
})

describe('the configuration file', () => {
  it('is read from where --config says', async () => {
    const path = join(temporaryDirectory(), 'mine.toml')
    writeFileSync(path, 'name = "web-1"')

    expect((await loadConfig({ config: path }, {})).labels.name).toBe('web-1')
    expect((await loadConfig({}, { OVERDUE_CONFIG: path })).labels.name).toBe('web-1')
  })

  it('must be there when somebody names it', async () => {
    await expect(loadConfig({ config: '/nowhere/agent.toml' }, {})).rejects.toThrow(
      'file = "/nowhere/agent.toml": there is no such file',
    )
  })

  it('must be a file', async () => {
    const path = join(temporaryDirectory(), 'folder')
    mkdirSync(path)

    await expect(loadConfig({ config: path }, {})).rejects.toThrow(`file = "${path}"`)
  })
})
