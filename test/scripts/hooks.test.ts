// The hooks for deploy tools, as far as they run without their tools: read as what they are, looked at by shellcheck, and
// run with an agent, a command and a collector that work, fail, hang or are not there.
import { execFile, spawn, spawnSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { HOOK_TEXTS } from '../../agent/commands/hook-texts.ts'
import { HOOK_TOOLS } from '../../agent/commands/hook-tools.ts'
import { HOOKS_FOLDER } from '../../scripts/hook-texts.ts'
import { paths } from '../../shared/protocol/paths.ts'
import { hookText, impatient, MANNERS, PATIENT, runs } from '../support/hook-files.ts'
import { ended, type Ran } from '../support/install/host.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'
import { TestCollector } from '../support/test-collector.ts'

const PYTHON = '/usr/bin/python3'
const hasYaml = runs(PYTHON, '-c', 'import yaml')
const hasCurl = runs('curl', '--version')

type Yaml = { [key: string]: Yaml } & Yaml[] & string

/** Read by the parser that Ansible uses. */
function yamlOf(file: string): Yaml {
  const program = 'import json, sys, yaml; json.dump(yaml.safe_load(open(sys.argv[1])), sys.stdout)'
  return JSON.parse(spawnSync(PYTHON, ['-c', program, join(HOOKS_FOLDER, file)], { encoding: 'utf8' }).stdout) as Yaml
}

/** What each tool would hand to a shell. */
const SHELLS: Record<string, () => string> = {
  'cloud66.yml': () => yamlOf('cloud66.yml')['production']?.['last_thing']?.[0]?.['command'] ?? '',
  'capistrano.rake': () => /execute '(.*)'/.exec(hookText('capistrano.rake'))?.[1] ?? '',
  'kamal.sh': () => hookText('kamal.sh'),
  'github.yml': () => yamlOf('github.yml')[0]?.['run'] ?? '',
  'gitlab.yml': () => yamlOf('gitlab.yml')['.refresh-overdue']?.['after_script']?.[0] ?? '',
  'apt.conf': () => /"(.*)";/.exec(hookText('apt.conf'))?.[1] ?? '',
}
const DISTANT = ['github.yml', 'gitlab.yml']

/** Runs a hook as strictly as any of the tools would, with these programs besides those of the system. */
function runHook(script: string, programs: Record<string, string>, more: Record<string, string> = {}): Promise<Ran> {
  const directory = temporaryDirectory()
  mkdirSync(join(directory, 'bin'))
  for (const name of ['sh', 'timeout', 'sleep', 'curl', 'jq', 'rm', 'cat']) {
    const found = spawnSync('sh', ['-c', `command -v ${name}`], { encoding: 'utf8' }).stdout.trim()
    if (found !== '') symlinkSync(found, join(directory, 'bin', name))
  }
  for (const [name, body] of Object.entries(programs)) {
    const file = join(directory, 'bin', name)
    spawnSync('rm', ['-f', file])
    writeFileSync(file, `#!/bin/sh\n${body}\n`, { mode: 0o755 })
  }
  const env = { PATH: join(directory, 'bin'), HOME: directory, CI_JOB_STATUS: 'success', ...more }
  return ended(spawn('/bin/bash', ['-euo', 'pipefail', '-c', script], { env, stdio: ['ignore', 'pipe', 'pipe'] }))
}

describe('every hook', () => {
  it('is in the agent as it is in its file', () => {
    expect(HOOK_TEXTS).toEqual(Object.fromEntries(HOOK_TOOLS.map(({ file }) => [file, hookText(file)])))
    expect(readdirSync(HOOKS_FOLDER).toSorted()).toEqual(HOOK_TOOLS.map(({ file }) => file).toSorted())
  })

  it.each(HOOK_TOOLS)('for $tool begins with where it belongs, and is plain text', ({ file, place }) => {
    const text = hookText(file)

    expect(text.split('\n').slice(0, 2).join('\n')).toContain(place)
    expect(text).toMatch(/^[\n\x20-\x7e]+$/)
    expect(text.split('\n').filter((line) => line.length > 120)).toEqual([])
  })
})

describe('docs/how-to/deploy-hooks.md', PATIENT, () => {
  it.each(HOOK_TOOLS)('shows the hook for $tool as it is', ({ file }) => {
    const blocks = readFileSync('docs/how-to/deploy-hooks.md', 'utf8').matchAll(/^```\w*\n([\s\S]*?)^```$/gm)

    expect([...blocks].map(([, block]) => block)).toContain(hookText(file))
  })

  it('makes a token with a command that exists', async () => {
    const command = /^overdue-collector (token create .*)$/m.exec(
      readFileSync('docs/how-to/deploy-hooks.md', 'utf8'),
    )?.[1]
    const args = [...(command ?? '').split(' '), '--data-dir', join(temporaryDirectory(), 'data')]
    const { stdout } = await promisify(execFile)(process.execPath, ['collector/main.ts', ...args])

    expect(stdout).toMatch(/^ovdt_/)
  })
})

describe.skipIf(!hasYaml)(`what a tool is told${hasYaml ? '' : ': python3-yaml is needed'}`, PATIENT, () => {
  it('lets Cloud 66 run it on every server and go on whatever comes of it', () => {
    expect(yamlOf('cloud66.yml')['production']?.['last_thing']).toEqual([
      expect.objectContaining({ target: 'any', execute: true, sudo: true, apply_during: 'all', halt_on_error: false }),
    ])
  })

  it('lets GitHub and GitLab go on whatever comes of it', () => {
    expect(yamlOf('github.yml')[0]).toMatchObject({ 'continue-on-error': true, 'timeout-minutes': 2 })
    expect(Object.keys(yamlOf('gitlab.yml')['.refresh-overdue'] ?? {})).toEqual(['variables', 'after_script'])
    for (const text of [yamlOf('github.yml')[0]?.['env'], yamlOf('gitlab.yml')['.refresh-overdue']?.['variables']])
      expect(JSON.parse(text?.['OVERDUE_REFRESH'] ?? '')).toEqual({ query: 'app:shop', wait: '30s' })
  })

  it('is the same for Ansible in the hook and in the role', () => {
    const role = 'scripts/examples/ansible/roles/overdue_agent/'
    const [handler] = yamlOf('ansible.yml')

    expect(handler?.['listen']).toBe('report to Overdue')
    expect(readFileSync(`${role}handlers/main.yml`, 'utf8')).toBe(hookText('ansible.yml'))
    expect(yamlOf(join('../ansible/roles/overdue_agent/tasks/report.yml'))).toEqual([
      { ...(handler as object), listen: undefined },
    ])
  })

  it.skipIf(!runs('shellcheck', '--version')).each(Object.keys(SHELLS))('%s finds favour with shellcheck', (file) => {
    const script = SHELLS[file]?.() ?? ''
    const { status, stdout } = spawnSync('shellcheck', ['-s', 'sh', '-'], { input: script, encoding: 'utf8' })

    expect(script).not.toBe('')
    expect({ status, stdout }).toEqual({ status: 0, stdout: '' })
  })
})

const LOCAL = ['cloud66.yml', 'capistrano.rake', 'kamal.sh', 'apt.conf']
const REPORT = 'overdue-agent report --reason deploy --wait=20s --soft\n'
const ASKED: Record<string, string> = {
  'cloud66.yml': REPORT,
  'capistrano.rake': REPORT,
  'kamal.sh': 'overdue refresh app:shop --wait=30s\n',
  'apt.conf': 'overdue-agent report --soft\n',
}

describe.skipIf(!hasYaml)('a hook that asks an agent or a command', PATIENT, () => {
  it.each(Object.entries(ASKED))('%s asks for what it says', async (file, asked) => {
    const log = join(temporaryDirectory(), 'log')
    const body = `echo "\${0##*/} $*" >>'${log}'`
    const { code } = await runHook(SHELLS[file]?.() ?? '', { overdue: body, 'overdue-agent': body })

    expect({ code, asked: readFileSync(log, 'utf8') }).toEqual({ code: 0, asked })
  })

  it.each(Object.entries(MANNERS))('ends well when that %s', async (_, body) => {
    const programs = body === null ? {} : { overdue: body, 'overdue-agent': body }
    const ran = await Promise.all(
      LOCAL.map(async (file) => ({ file, ...(await runHook(impatient(SHELLS[file]?.() ?? ''), programs)) })),
    )

    expect(ran.map(({ file, code }) => `${file} ${code}`)).toEqual(LOCAL.map((file) => `${file} 0`))
  })

  it('has a limit of time everywhere', () => {
    for (const file of LOCAL) expect(impatient(SHELLS[file]?.() ?? '')).toContain('timeout -k 1 1')
    expect(hookText('ansible.yml')).toContain("[timeout, -k, '5', '30', overdue-agent,")
  })
})

describe.skipIf(!hasYaml || !hasCurl)('a hook that asks the collector', PATIENT, () => {
  let collector: TestCollector
  let url: string
  beforeAll(async () => {
    collector = new TestCollector()
    url = await collector.listen()
  })
  afterAll(() => collector.close())

  /** `edit`: what becomes of the script first. */
  const ask = (file: string, address: string, token: string, programs = {}, edit = (script: string) => script) =>
    runHook(edit(SHELLS[file]?.() ?? ''), programs, {
      OVERDUE_URL: address,
      OVERDUE_TOKEN: token,
      OVERDUE_REFRESH: '{"query": "web-1", "wait": "1s"}',
    })

  it.each(DISTANT)('%s prints what came of it, and the token stays off the command line', async (file) => {
    const server = await collector.enroll('web-1')
    await collector.post(paths.report(), server.credential, server.report.whole())
    const token = collector.createToken('operator')
    const spying = { curl: `echo "$*" >&2; exec /usr/bin/curl "$@"` }

    const ran = await ask(file, url, token, spying)

    expect(ran).toMatchObject({ code: 0, stdout: expect.stringMatching(/web-1/) as string })
    expect(ran.stderr).toContain('/api/v1/refresh')
    expect(ran.stderr).not.toContain(token)
  })

  it.each(DISTANT)('%s says so when the collector refuses', async (file) => {
    const { code, stdout } = await ask(file, url, collector.createToken('reader'))

    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringContaining('was not refreshed') as string })
  })

  it.each(DISTANT)('%s ends well when the collector is gone, says nothing, or there is no curl', async (file) => {
    const sockets: Socket[] = []
    const silent = createServer((socket) => void sockets.push(socket))
    await new Promise<void>((resolve) => void silent.listen(0, '127.0.0.1', resolve))
    const address = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`
    const hung = await ask(file, address, 'token', {}, impatient)
    for (const socket of sockets) socket.destroy()
    await new Promise((resolve) => void silent.close(resolve))
    const gone = await ask(file, address, 'token')
    const bare = await ask(file, url, 'token', { curl: 'exit 127' })

    for (const { code, stdout } of [hung, gone, bare])
      expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringContaining('was not refreshed') as string })
  })

  it('asks nothing after a job of GitLab that failed', async () => {
    const ran = await runHook(SHELLS['gitlab.yml']?.() ?? '', {}, { CI_JOB_STATUS: 'failed' })

    expect(ran).toEqual({ code: 0, stdout: '', stderr: '' })
  })
})
