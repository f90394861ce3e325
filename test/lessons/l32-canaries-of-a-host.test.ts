// L32: what stands beside the facts we report: passwords in the addresses of repositories and proxies, in environments, in
// files a probe reads a few lines of. The real programs with a canary in each such place; then all they keep and say is
// searched.
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { paths } from '../../shared/protocol/paths.ts'
import { AgentHost, buildAgentBundle } from '../support/agent-bundle.ts'
import { ConnectProxy } from '../support/connect-proxy.ts'
import { runCollector, SpawnedCollector } from '../support/spawned-collector.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'
import { until } from '../support/until.ts'

/** In no base64 and no hash by chance. */
const canary = (place: string) => `canary.${place}.2718281828`

/** Files of a host with a secret beside what is read of them, and files that are nobody's business. */
const HOST_FILES: Readonly<Record<string, string>> = {
  'etc/os-release': `PRETTY_NAME="Debian GNU/Linux 12"\nHOME_URL="https://user:${canary('os-release')}@example.com"\n`,
  'etc/machine-id': `${'ab'.repeat(16)}\n`,
  'etc/apt/sources.list': `deb https://user:${canary('sources-list')}@repo.example.com stable main\n`,
  'etc/apt/auth.conf': `machine repo.example.com login user password ${canary('auth-conf')}\n`,
  'etc/overdue/actions.toml': `# ${canary('actions')}\n`,
  'proc/cmdline': `root=/dev/vda1 password=${canary('proc-cmdline')}\n`,
  'proc/1/environ': `TOKEN=${canary('proc-environ')}\0`,
  'proc/1/cmdline': `app\0--password\0${canary('process-arguments')}\0`,
  'proc/self/mountinfo': `20 1 0:20 / /run rw - tmpfs tmpfs rw,password=${canary('mount-options')}\n`,
  'run/reboot-required.pkgs.save': `${canary('beside-pkgs')}\n`,
  'run/secrets/key': canary('run-secrets'),
  'var/lib/dpkg/status': [
    'Package: libssl3',
    'Status: install ok installed',
    `Maintainer: Nobody <user:${canary('dpkg-maintainer')}@example.com>`,
    'Architecture: amd64',
    'Version: 3.0.15-1',
    `Description: built from https://user:${canary('dpkg-description')}@repo.example.com`,
    ` password=${canary('dpkg-long-description')}`,
    `Homepage: https://user:${canary('dpkg-homepage')}@example.com`,
    '',
  ].join('\n'),
  'var/log/dpkg.log': `2026-11-22 04:00:00 startup archives ${canary('dpkg-log')}\n`,
}

const PROXY_USER = `user:${canary('proxy')}`
const CANARIES = [
  ...Object.values(HOST_FILES).flatMap((text) => text.match(/canary\.[\w.-]+?\.2718281828/g) ?? []),
  ...['proxy', 'agent-environment', 'collector-environment', 'agent-toml', 'collector-toml'].map(canary),
  Buffer.from(PROXY_USER).toString('base64'),
]
const canariesIn = (text: string | Buffer) => CANARIES.filter((secret) => text.includes(secret))

function filesOf(directory: string): string[] {
  return readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .map((name) => join(directory, name))
    .filter((path) => statSync(path).isFile())
}

let bundle: string
beforeAll(async () => {
  bundle = await buildAgentBundle()
})

/** A dozen processes are started here, one after the other, and other tests run beside. */
const WAIT = { timeout: 120_000 }

describe('L32: a host full of secrets', WAIT, () => {
  it('gives none of them to the collector, to a log, to a page or to a file of ours', async () => {
    const directory = temporaryDirectory()
    const data = ['--data-dir', join(directory, 'data')]
    const settings = join(directory, 'collector.toml')
    writeFileSync(settings, `# ${canary('collector-toml')}\nallowedHosts = ["collector.test"]\n`)
    const made = async (...args: string[]) =>
      JSON.parse((await runCollector([...args, ...data, '--json'])).stdout) as Record<string, string>
    const { token = '' } = await made('token', 'create', '--role', 'admin')
    const { joinKey = '' } = await made('join-key', 'create')
    const collector = await SpawnedCollector.start(directory, ['--config', settings, '--log-level', 'debug'], {
      HTTPS_PROXY: `http://${PROXY_USER}@127.0.0.1:9`,
      DATABASE_PASSWORD: canary('collector-environment'),
    })
    onTestFinished(async () => void (await collector.end('SIGKILL')))
    const proxy = await new ConnectProxy(() => Number(new URL(collector.url).port)).start()
    onTestFinished(() => proxy.stop())
    proxy.credentials = PROXY_USER

    const host = hostFullOfSecrets(proxy.host)
    const joinKeyFile = join(host.directory, 'join-key')
    writeFileSync(joinKeyFile, joinKey)
    const enrolled = await host.command(['enroll', '--join-key-file', joinKeyFile])
    expect(enrolled).toMatchObject({ code: 0 })
    host.run()
    const said: string[] = [enrolled.stdout, enrolled.stderr]
    const ask = async (path: string): Promise<string> => {
      const answer = await fetch(collector.url + path, { headers: { authorization: `Bearer ${token}` } })
      const body = await answer.text()
      said.push(JSON.stringify([...answer.headers]), body)
      return body
    }
    await until(
      'the host is known',
      async () => (await ask(paths.servers())).includes('"state":"restart-required"'),
      60_000,
    )
    const [server] = (JSON.parse(await ask(paths.servers())) as { items: { id: string }[] }).items
    const { metrics, history, audit, summary, serversCsv } = paths
    for (const path of [
      paths.server(server?.id ?? ''),
      ...[metrics, history, audit, summary, serversCsv].map((p) => p()),
    ])
      await ask(path)
    // And where the way is lost: what is said of a failure is said by other code.
    proxy.credentials = 'somebody:else'
    await until('the agent told of the proxy', () => /407|proxy/i.test(host.log), 60_000)
    for (const command of ['status', 'doctor', 'snapshot']) {
      const root = command === 'snapshot' ? ['--root', host.root, '--json'] : []
      const { stdout, stderr } = await host.command([command, ...root])
      said.push(stdout, stderr)
    }
    await host.kill('SIGTERM')
    const { stdout, stderr } = await collector.end('SIGTERM')

    const kept = [...filesOf(join(directory, 'data')), ...filesOf(join(host.directory, 'state'))]
    expect(said.flatMap(canariesIn)).toEqual([])
    expect(canariesIn(host.log + stdout + stderr)).toEqual([])
    expect(kept.filter((path) => canariesIn(readFileSync(path)).length > 0)).toEqual([])
    // The canaries were where the programs looked: the facts beside them arrived.
    expect(said.join('\n')).toContain('Debian GNU/Linux 12')
    expect(said.join('\n')).toContain('"packagesCount":1')
    expect(proxy.seen.length).toBeGreaterThan(1)
  })

  function hostFullOfSecrets(proxyHost: string): AgentHost {
    const host = new AgentHost(bundle, [
      '--url',
      'http://collector.test',
      '--allow-plain-http',
      '--backoff-max',
      '500ms',
    ])
    for (const [path, text] of Object.entries(HOST_FILES)) {
      mkdirSync(dirname(join(host.root, path)), { recursive: true })
      writeFileSync(join(host.root, path), text)
    }
    host.setFlag('libssl3')
    const settings = join(host.directory, 'agent.toml')
    writeFileSync(settings, `# ${canary('agent-toml')}\nheartbeat = "1s"\n`)
    Object.assign(host.environment, {
      OVERDUE_CONFIG: settings,
      OVERDUE_PROXY: `http://${PROXY_USER}@${proxyHost}`,
      DATABASE_PASSWORD: canary('agent-environment'),
    })
    return host
  }
})

describe('L32: settings that cannot be used', WAIT, () => {
  const secret = canary('settings')

  it.each([
    ['a key nobody knows', `databasePassword = "${secret}"`, 'databasePassword'],
    ['a key of a table', `[policy]\npassword = "${secret}"`, 'policy.password'],
    ['an address', `publicUrl = "https://user:${secret}@example.com"`, 'publicUrl'],
    ['a line that is not TOML', `token = ${secret} x`, 'line 1'],
  ])('of the collector: %s is named, and what it holds is not', async (_case, text, named) => {
    const file = join(temporaryDirectory(), 'collector.toml')
    writeFileSync(file, `${text}\n`)
    const { code, stdout, stderr } = await runCollector(['check-config', '--config', file])

    expect(code).toBe(2)
    expect(stderr).toContain(named)
    expect(stdout + stderr).not.toContain(secret)
  })

  it.each([
    ['a key nobody knows', `databasePassword = "${secret}"`, 'databasePassword'],
    ['an address', `url = "https://user:${secret}@example.com"`, 'url'],
    ['a proxy', `proxy = "ftp://user:${secret}@example.com"`, 'proxy'],
    ['a line that is not TOML', `token = ${secret} x`, 'line 1'],
  ])('of the agent: %s is named, and what it holds is not', async (_case, text, named) => {
    const host = new AgentHost(bundle, [])
    host.environment['OVERDUE_CONFIG'] = join(host.directory, 'agent.toml')
    writeFileSync(host.environment['OVERDUE_CONFIG'], `${text}\n`)
    const { code, stdout, stderr } = await host.command(['status'])

    expect(code).toBe(2)
    expect(stderr).toContain(named)
    expect(stdout + stderr).not.toContain(secret)
  })

  it('of a join key: a bundle that is not TOML is named, and the key is not', async () => {
    const host = new AgentHost(bundle, ['--url', 'http://127.0.0.1:9'])
    const file = join(host.directory, 'join-key')
    writeFileSync(file, `url = "http://127.0.0.1:9"\nkey = ovdj_abc_${secret}\n`)
    const { code, stdout, stderr } = await host.command(['enroll', '--join-key-file', file])

    expect(code).not.toBe(0)
    expect(stderr).toContain('line 2')
    expect(stdout + stderr).not.toContain(secret)
  })
})
