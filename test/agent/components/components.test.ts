import { describe, expect, it } from 'vitest'
import { wantedComponents } from '../../../agent/components/known.ts'
import { componentsOfPackages } from '../../../agent/components/package-components.ts'
import { componentOfPath } from '../../../agent/components/path-components.ts'
import { checkComponents } from '../../../agent/settings/component-names.ts'

const USUAL = wantedComponents(null)
const namesOf = (names: readonly string[]) => wantedComponents(names).map(({ name }) => name)

describe('which components are looked for', () => {
  it('are the usual ones, those that are named, or both', () => {
    expect(USUAL.length).toBeGreaterThan(10)
    expect(namesOf(['ruby', 'shop-*'])).toEqual(['ruby', 'shop-*'])
    expect(namesOf(['default', 'haproxy', 'ruby'])).toEqual([...USUAL.map(({ name }) => name), 'haproxy'])
    expect(namesOf([])).toEqual([])
  })

  it.each([
    [
      ['default', 'haproxy', 'shop-*'],
      ['default', 'haproxy', 'shop-*'],
    ],
    ['ruby, nginx', ['ruby', 'nginx']],
    [[], []],
  ])('are written as %j', (given, value) => {
    expect(checkComponents(given)).toEqual({ value })
  })

  it.each([[7], [['a b']], [['Nginx']], [[7]], [{ ruby: true }], ['ruby,'], [Array.from({ length: 51 }, () => 'a')]])(
    'are not written as %j',
    (given) => {
      expect(checkComponents(given)).toHaveProperty('fix')
    },
  )
})

describe('the version of a component', () => {
  it('is that of its package, each once', () => {
    const entries = [
      'nginx:amd64=1.22.1-9+deb12u2',
      'nginx-common:all=1.22.1-9+deb12u2',
      'php8.2-cli:amd64=8.2.29-1',
      'php8.2-fpm:amd64=8.2.29-1 hold',
      'ruby:amd64=1:3.1',
      'ruby3.1:amd64=3.1.2-7+deb12u1',
      'shop-api:all=4.2',
      'shop-web:all=4.3',
    ]
    const told = (names: readonly string[] | null) =>
      componentsOfPackages(entries, wantedComponents(names)).map(({ name, version }) => `${name} ${version}`)
    expect(told(null)).toEqual(['nginx 1.22.1-9+deb12u2', 'php 8.2.29-1', 'ruby 3.1.2-7+deb12u1'])
    expect(told(['shop-*'])).toEqual(['shop-api 4.2', 'shop-web 4.3'])
  })

  it.each([
    ['/home/deploy/.rbenv/versions/3.2.2/bin/ruby', 'ruby', '3.2.2', '/home/deploy/.rbenv/versions/3.2.2'],
    ['/usr/local/rvm/rubies/ruby-3.1.4/bin/ruby', 'ruby', '3.1.4', '/usr/local/rvm/rubies/ruby-3.1.4'],
    ['/opt/rubies/ruby-3.3.0-preview1', 'ruby', '3.3.0-preview1', '/opt/rubies/ruby-3.3.0-preview1'],
    ['/root/.asdf/installs/nodejs/20.11.0/bin/node', 'node', '20.11.0', '/root/.asdf/installs/nodejs/20.11.0'],
    ['/home/a/.nvm/versions/node/v20.11.0/bin/node', 'node', '20.11.0', '/home/a/.nvm/versions/node/v20.11.0'],
    [
      '/home/a/.local/share/mise/installs/python/3.12.1/bin/python3.12',
      'python',
      '3.12.1',
      '/home/a/.local/share/mise/installs/python/3.12.1',
    ],
    [
      '/home/d/.rbenv/versions/3.2.2/lib/ruby/gems/3.2.0/gems/passenger-6.0.18/buildout/support-binaries/PassengerAgent',
      'passenger',
      '6.0.18',
      '/home/d/.rbenv/versions/3.2.2/lib/ruby/gems/3.2.0/gems/passenger-6.0.18',
    ],
  ])('is read from where a language manager put %s', (path, name, version, home) => {
    expect(componentOfPath(path, USUAL)).toEqual({ name, version, source: 'language-manager', path: home })
  })

  it.each([
    ['/opt/redis-7.2.4/bin/redis-server', 'redis', '7.2.4'],
    ['/opt/node-v20.11.0-linux-x64/bin/node', 'node', '20.11.0'],
    ['/opt/node-v20.11.0-linux-x64', 'node', '20.11.0'],
    ['/usr/local/bin/node', 'node', null],
    ['/opt/app-4.2/bin/node', 'node', null],
  ])('is told as far as the path of %s goes', (path, name, version) => {
    expect(componentOfPath(path, USUAL)).toEqual({ name, version, source: 'unknown', path })
  })

  it.each([
    '/usr/bin/ruby3.1',
    '/usr/lib/node_modules/x/node',
    '/opt/app/bin/server',
    '/opt/nginxfoo-1.2/x',
    '/home/a/.rbenv/versions/',
    '/home/a/.rbenv/versions/$(reboot)/bin/ruby2',
    '/tmp/.rbenv/versions/3.2.2/bin/ruby',
  ])('is not invented for %s', (path) => {
    expect(componentOfPath(path, USUAL)).toBeNull()
  })

  it('is not told for what nobody asked', () => {
    expect(componentOfPath('/opt/rubies/ruby-3.2.2/bin/ruby', wantedComponents(['node']))).toBeNull()
  })
})
