import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  ConfigError,
  loadConfig,
  readConfigFile,
  UnreadableFileError,
  type ConfigSources,
} from '../../collector/config.ts'
import type { ConfigFault } from '../../collector/config-settings.ts'
import { makeCertificate } from '../support/certificate.ts'

const load = (sources: Partial<ConfigSources>) => loadConfig({ flags: {}, environment: {}, file: null, ...sources })
const fromFile = (text: string) => load({ file: { name: 'collector.toml', text } })

function faultsOf(work: () => unknown): readonly ConfigFault[] {
  try {
    work()
  } catch (error) {
    if (error instanceof ConfigError) return [...error.faults]
    throw error
  }
  return []
}

describe('the settings', () => {
  it('have a default for everything', () => {
    expect(load({})).toMatchObject({
      listen: { host: '127.0.0.1', port: 8480 },
      publicUrl: null,
      tls: null,
      dataDir: '/var/lib/overdue-collector',
      policy: { preset: 'default' },
    })
  })

  it('come from flags, then the environment, then the file', () => {
    const sources = {
      flags: { listen: '127.0.0.1:1' },
      environment: { OVERDUE_LISTEN: '127.0.0.1:2', OVERDUE_DATA_DIR: '/env' },
      file: {
        name: 'collector.toml',
        text: 'listen = "127.0.0.1:3"\ndataDir = "/file"\npublicUrl = "https://o.test/"',
      },
    }

    expect(load(sources)).toMatchObject({ listen: { port: 1 }, dataDir: '/env', publicUrl: 'https://o.test' })
  })

  it('take the policy from its table', () => {
    expect(fromFile('[policy]\npreset = "relaxed"').policy).toMatchObject({ staleAfter: { exposedDays: 30 } })
  })

  it.each([
    ['127.0.0.1:0', { host: '127.0.0.1', port: 0 }],
    ['[::1]:8480', { host: '::1', port: 8480 }],
    ['localhost:80', { host: 'localhost', port: 80 }],
  ])('listen on %s', (listen, expected) => {
    expect(load({ flags: { listen } }).listen).toEqual(expected)
  })

  it.each([['0.0.0.0:8480'], ['[::]:8480'], ['192.0.2.1:8480'], ['example.org:8480']])(
    'do not listen on %s in the clear, unless told to',
    (listen) => {
      expect(faultsOf(() => load({ flags: { listen } }))).toMatchObject([{ key: 'listen', value: listen }])
      expect(load({ flags: { listen, allowPlainHttp: true } }).tls).toBeNull()
      expect(load({ flags: { listen }, environment: { OVERDUE_ALLOW_PLAIN_HTTP: 'true' } }).tls).toBeNull()
    },
  )

  it.each([
    ['listen = "8480"', 'listen', '8480'],
    ['listen = "127.0.0.1:65536"', 'listen', '127.0.0.1:65536'],
    ['listen = "[127.0.0.1]:1"', 'listen', '[127.0.0.1]:1'],
    ['listen = ":8480"', 'listen', ':8480'],
    ['listen = 8480', 'listen', 8480],
    ['listen = ""', 'listen', ''],
    ['publicUrl = "overdue.test"', 'publicUrl', 'overdue.test'],
    ['publicUrl = "ftp://overdue.test"', 'publicUrl', 'ftp://overdue.test'],
    ['publicUrl = "https://overdue.test/path"', 'publicUrl', 'https://overdue.test/path'],
    ['publicUrl = "https://u:p@overdue.test"', 'publicUrl', 'https://u:p@overdue.test'],
    ['dataDir = 1', 'dataDir', 1],
    ['dataDir = []', 'dataDir', []],
    ['allowPlainHttp = "yes"', 'allowPlainHttp', 'yes'],
    ['tls = "on"', 'tls', 'on'],
    ['[tls]\ncert = "x"', 'tls.cert', undefined],
    ['[tls]\nkeyFile = "k.pem"', 'tls.certFile', null],
    ['[tls]\ncertFile = "c.pem"', 'tls.keyFile', null],
    ['listne = "x"', 'listne', undefined],
    ['__proto__ = 1', '__proto__', undefined],
    ['[policy]\npreset = "lax"', 'policy.preset', 'lax'],
    ['[policy]\nprests = "relaxed"', 'policy.prests', undefined],
    ['policy = 1', 'policy', 1],
    ['listen = ', 'collector.toml', 'not TOML'],
  ])('refuse %j by its key, by its value where the key is known, with a fix', (text, key, value) => {
    const faults = faultsOf(() => fromFile(text))

    expect(faults).toContainEqual({ key, value, fix: expect.stringMatching(/\w{3}/) })
  })

  it('name all faults at once', () => {
    const faults = faultsOf(() => fromFile('listen = 1\npublicUrl = 2\nwrong = 3'))

    expect(faults.map(({ key }) => key).toSorted()).toEqual(['listen', 'publicUrl', 'wrong'])
  })
})

describe('the files of the settings', () => {
  let directory: string
  const file = (name: string) => join(directory, name)
  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'overdue-config-'))
    for (const name of ['one', 'two']) makeCertificate(directory, name)
    writeFileSync(file('garbage.pem'), 'garbage')
  })
  afterAll(() => rmSync(directory, { recursive: true }))
  const tls = (cert: string, key: string) => load({ flags: { 'tls.certFile': file(cert), 'tls.keyFile': file(key) } })

  it('are read when certificate and key are a pair', () => {
    expect(tls('one.crt', 'one.key').tls?.cert).toBe(readFileSync(file('one.crt'), 'utf8'))
    expect(
      load({ flags: { listen: '0.0.0.0:1', 'tls.certFile': file('one.crt'), 'tls.keyFile': file('one.key') } }).tls,
    ).not.toBeNull()
  })

  it.each([
    ['one.crt', 'two.key'],
    ['garbage.pem', 'one.key'],
    ['one.crt', 'garbage.pem'],
  ])('are refused when %s and %s are none', (cert, key) => {
    expect(faultsOf(() => tls(cert, key))).toMatchObject([{ key: 'tls.certFile', value: file(cert) }])
  })

  it('are named when they cannot be read', () => {
    expect(() => tls('missing.crt', 'one.key')).toThrow(UnreadableFileError)
    expect(() => tls('missing.crt', 'one.key')).toThrow(/tls\.certFile = ".*missing\.crt"/)
    expect(() => readConfigFile(file('missing.toml'))).toThrow(/missing\.toml/)
  })
})
