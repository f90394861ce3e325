// The hook for Capistrano in the real gem, as Debian has it. Its servers are this machine, reached without ssh, or one
// that nobody reaches.
import { spawn } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { hookText, impatient, MANNERS, PATIENT, runs } from '../support/hook-files.ts'
import { ended, type Ran } from '../support/install/host.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

const hasCapistrano = runs('cap', '--version')

const CAPFILE = `require 'capistrano/setup'
require 'capistrano/deploy'
Dir.glob('lib/capistrano/tasks/*.rake').each { |file| import file }
`
const HERE = `set :sshkit_backend, SSHKit::Backend::Local
server 'localhost', roles: %w[app]
`
const NOWHERE = `server '127.0.0.1', port: 1, roles: %w[app]\n`

type Deploy = { hook?: string; servers?: string; agent?: string | null; task?: string }

/** `agent`: the rest of its script, null where there is none. */
async function deploy({
  hook = impatient(hookText('capistrano.rake')),
  servers = HERE,
  agent = null,
  task = 'deploy:finished',
}: Deploy): Promise<Ran & { asked: string }> {
  const directory = temporaryDirectory()
  const asked = join(directory, 'asked')
  for (const folder of ['bin', 'config/deploy', 'lib/capistrano/tasks', 'to/releases'])
    mkdirSync(join(directory, folder), { recursive: true })
  writeFileSync(join(directory, 'Capfile'), CAPFILE)
  writeFileSync(join(directory, 'config/deploy.rb'), `set :application, 'shop'\nset :deploy_to, '${directory}/to'\n`)
  writeFileSync(join(directory, 'config/deploy/production.rb'), servers)
  writeFileSync(join(directory, 'lib/capistrano/tasks/overdue.rake'), hook)
  writeFileSync(asked, '')
  const script = `#!/bin/sh\necho "$*" >>'${asked}'\n${agent}\n`
  if (agent !== null) writeFileSync(join(directory, 'bin/overdue-agent'), script, { mode: 0o755 })
  const env = { PATH: `${directory}/bin:/usr/bin:/bin`, HOME: directory, LC_ALL: 'C.UTF-8' }
  const ran = await ended(
    spawn('cap', ['production', task], { cwd: directory, env, stdio: ['ignore', 'pipe', 'pipe'] }),
  )
  return { ...ran, asked: readFileSync(asked, 'utf8') }
}

const why = hasCapistrano ? '' : ': the package capistrano is needed'
describe.skipIf(!hasCapistrano)(`the hook for Capistrano${why}`, PATIENT, () => {
  it('asks after a deploy, for what it says', async () => {
    const { code, asked } = await deploy({ hook: hookText('capistrano.rake'), agent: 'exit 0' })

    expect({ code, asked }).toEqual({ code: 0, asked: 'report --reason deploy --wait=20s --soft\n' })
  })

  it('ends well whatever the agent does', async () => {
    const ran = await Promise.all(Object.values(MANNERS).map((agent) => deploy({ agent })))

    expect(ran.map(({ code, stdout }) => ({ code, stdout }))).toEqual(
      Object.keys(MANNERS).map(() => ({ code: 0, stdout: expect.stringContaining('overdue:report') as string })),
    )
  })

  it('ends well and says so where a server cannot be reached, or its shell does not do as it is told', async () => {
    const failing = hookText('capistrano.rake').replace('|| true', '; exit 9')
    const [nowhere, broken] = await Promise.all([
      deploy({ servers: NOWHERE, task: 'overdue:report' }),
      deploy({ hook: failing, agent: 'exit 0' }),
    ])

    for (const { code, stdout, stderr } of [nowhere, broken])
      expect({ code, said: stdout + stderr }).toEqual({
        code: 0,
        said: expect.stringContaining('was not asked to report') as string,
      })
  })

  it('is needed for that: a task that fails fails the deploy', async () => {
    const naked = `task(:naked) { on(roles(:all)) { execute 'exit 9' } }\nafter 'deploy:finished', :naked\n`

    expect(await deploy({ hook: naked })).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('exit 9 exit status') as string,
    })
  })
})
