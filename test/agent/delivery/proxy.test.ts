import { describe, expect, it } from 'vitest'
import { checkConfig, mergeConfig } from '../../../agent/settings/config.ts'
import { proxyFor } from '../../../agent/delivery/proxy.ts'

const HTTPS = 'https://overdue.example:8480'
const from = (environment: Record<string, string>, url = HTTPS) => proxyFor(url, { own: null, environment })?.origin

describe('the proxy', () => {
  it('is the one in agent.toml, before any in the environment', () => {
    const environment = { HTTPS_PROXY: 'http://other:1', NO_PROXY: '*' }

    expect(proxyFor(HTTPS, { own: 'http://proxy.example:3128', environment })?.origin).toBe('http://proxy.example:3128')
  })

  it('is nobody with "none", whatever the environment says', () => {
    expect(proxyFor(HTTPS, { own: 'none', environment: { HTTPS_PROXY: 'http://proxy:1' } })).toBeNull()
  })

  it.each([
    ['https', { HTTPS_PROXY: 'http://proxy:1', HTTP_PROXY: 'http://other:2' }, HTTPS, 'http://proxy:1'],
    ['http', { HTTPS_PROXY: 'http://proxy:1', HTTP_PROXY: 'http://other:2' }, 'http://o.example', 'http://other:2'],
    ['https alone', { HTTP_PROXY: 'http://other:2' }, HTTPS, undefined],
    ['lower case first', { HTTPS_PROXY: 'http://proxy:1', https_proxy: 'http://lower:3' }, HTTPS, 'http://lower:3'],
    ['no scheme', { HTTPS_PROXY: 'proxy:3128' }, HTTPS, 'http://proxy:3128'],
    ['an empty value', { HTTPS_PROXY: '' }, HTTPS, undefined],
  ])('comes from the environment: %s', (_case, environment, url, expected) => {
    expect(from(environment as Record<string, string>, url)).toBe(expected)
  })

  it.each([['https://localhost:1'], ['https://127.0.0.1:1'], ['https://[::1]:1']])('never stands before %s', (url) => {
    expect(from({ HTTPS_PROXY: 'http://proxy:1' }, url)).toBeUndefined()
    expect(proxyFor(url, { own: 'http://proxy:1', environment: {} })).toBeNull()
  })

  it.each([
    ['*', HTTPS, true],
    ['overdue.example', HTTPS, true],
    ['.example', HTTPS, true],
    ['*.example', HTTPS, true],
    ['example', HTTPS, true],
    ['OVERDUE.example', HTTPS, true],
    ['a.b, overdue.example:8480', HTTPS, true],
    ['overdue.example:443', HTTPS, false],
    ['due.example', HTTPS, false],
    ['overdue.example.org', HTTPS, false],
    ['', HTTPS, false],
    [' , ', HTTPS, false],
    ['.', HTTPS, false],
    ['10.1.2.3', 'https://10.1.2.3', true],
    ['10.0.0.0/8', 'https://10.1.2.3', true],
    ['10.0.0.0/33', 'https://10.1.2.3', false],
    ['11.0.0.0/8', 'https://10.1.2.3', false],
    ['2001:db8::/32', 'https://[2001:db8::7]', true],
    ['2001:db8::7', 'https://[2001:db8::7]:8480', true],
    ['[2001:db8::7]:8480', 'https://[2001:db8::7]:8480', true],
    ['10.1.2.3:443', 'https://10.1.2.3', true],
  ])('is left out by NO_PROXY="%s" for %s: %s', (NO_PROXY, url, isLeftOut) => {
    expect(from({ HTTPS_PROXY: 'http://proxy:1', NO_PROXY }, url) === undefined).toBe(isLeftOut)
  })

  it('is told who we are, with a password as it was meant', () => {
    const own = 'http://user:p%40ss%3Aword@proxy:3128'

    expect(proxyFor(HTTPS, { own, environment: {} })).toEqual({
      origin: 'http://proxy:3128',
      authorization: `Basic ${Buffer.from('user:p@ss:word').toString('base64')}`,
    })
  })

  it.each([['https://u:secret@proxy'], ['socks5://u:secret@proxy:1080'], ['http://u:sec/ret@proxy'], ['u:secret@@']])(
    'that cannot be used is refused without its password: %s',
    (value) => {
      const message = (work: () => unknown): string => {
        try {
          return String(work())
        } catch (error) {
          return (error as Error).message
        }
      }
      const fromFile = message(() =>
        checkConfig(
          mergeConfig({ flags: {}, environment: {}, file: { path: 'a.toml', text: `proxy = "${value}"` } }),
          {},
        ),
      )
      const fromEnvironment = message(() => from({ HTTPS_PROXY: value }))

      for (const text of [fromFile, fromEnvironment]) {
        expect(text).toMatch(/proxy/i)
        expect(text).toContain('write the address of an HTTP proxy')
        expect(text).not.toMatch(/sec/)
      }
    },
  )

  it('with a password is not taken from the command line', () => {
    const config = (proxy: string) => checkConfig(mergeConfig({ flags: { proxy }, environment: {}, file: null }), {})

    expect(() => config('http://u:secret@proxy:1')).toThrow(/command line: --proxy = "http:\/\/\*\*\*@proxy:1": write/)
    expect(config('http://proxy:1').proxy.own).toBe('http://proxy:1')
  })
})
