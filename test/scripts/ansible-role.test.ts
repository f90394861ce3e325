// The example role for Ansible, run by ansible-playbook on a folder that stands for a host, with the real installer, the
// real agent and a real collector.
import { spawn, spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { ended, InstallHost, type Ran } from '../support/install/host.ts'
import { InstallRig, PATIENT, stopAfterAll, whyNot } from '../support/install/rig.ts'

const ROLES = 'scripts/examples/ansible/roles'
// Not --version: that alone takes a second, and leaves a folder in the home of whoever runs the tests.
const hasAnsible = spawnSync('sh', ['-c', 'command -v ansible-playbook']).status === 0
const missing = hasAnsible ? whyNot : 'ansible-core is needed'

let rig: InstallRig
beforeAll(async () => {
  rig = await InstallRig.start({ tls: true })
})
stopAfterAll(() => rig)

/** A playbook that has the role, and changes something that is to be reported. */
const PLAYS = [
  {
    hosts: 'all',
    connection: 'local',
    gather_facts: false,
    roles: ['overdue_agent'],
    post_tasks: [
      { 'ansible.builtin.command': 'true', notify: 'report to Overdue', tags: 'report' },
      { 'ansible.builtin.include_role': { name: 'overdue_agent', tasks_from: 'report' }, tags: 'report' },
    ],
  },
]

/** A run with the role for this host alone, and what it says of the host in the end. */
async function play(host: InstallHost, settings: object, ...flags: string[]): Promise<Ran & { recap: string }> {
  const [playbook, variables] = ['play.json', 'variables.json'].map((name) => join(host.directory, name)) as [
    string,
    string,
  ]
  writeFileSync(playbook, JSON.stringify(PLAYS))
  writeFileSync(
    variables,
    JSON.stringify({ ...surroundings(host), overdue_url: rig.url, overdue_ca_file: rig.caFile(), ...settings }),
  )
  const env = {
    PATH: host.path,
    HOME: host.directory,
    LC_ALL: 'C.UTF-8',
    OVERDUE_ROOT: host.root,
    ANSIBLE_ROLES_PATH: ROLES,
    ANSIBLE_PIPELINING: '1',
  }
  const args = ['-i', 'web-1,', '-e', `@${variables}`, ...flags, playbook]
  const ran = await ended(spawn('ansible-playbook', args, { env, stdio: ['ignore', 'pipe', 'pipe'] }))
  return {
    ...ran,
    recap: /^web-1 .*? : (.*?) *$/m.exec(ran.stdout)?.[1]?.replaceAll(/ +/g, ' ') ?? ran.stdout + ran.stderr,
  }
}

const surroundings = (host: InstallHost) => ({
  ansible_become: false,
  ansible_python_interpreter: '/usr/bin/python3',
  ansible_remote_tmp: join(host.directory, 'remote'),
  overdue_root: host.root,
})

/** As /usr/bin/overdue-agent would call it. */
function giveLauncher(host: InstallHost): void {
  host.standIn(
    'overdue-agent',
    `exec "$HOST/usr/lib/overdue/node" "$HOST/usr/lib/overdue/overdue-agent.cjs" "$@" --config "$HOST/etc/overdue/agent.toml" \
      --state-dir "$HOST/var/lib/overdue-agent" --runtime-dir "$HOST/run/overdue-agent"`,
  )
}

describe.skipIf(missing !== null)(`the role for Ansible${missing === null ? '' : `: ${missing}`}`, () => {
  it('installs and reports, does nothing the second time, keeps the key to itself, and removes', PATIENT, async () => {
    const host = new InstallHost()
    for (const folder of ['root', 'var/cache']) mkdirSync(join(host.root, folder), { recursive: true })
    giveLauncher(host)
    const key = rig.collector.createJoinKey()
    const settings = { overdue_join_key: `${key}\n`, overdue_application: 'shop' }
    const before = host.files()

    const tried = await play(host, settings, '--check', '--diff', '--skip-tags=report')
    expect(tried).toMatchObject({ code: 0, recap: expect.stringMatching(/changed=[1-9].* failed=0/) as string })
    expect(host.files()).toEqual(before)

    // As much as Ansible ever tells, for the log to keep.
    const installed = await play(host, settings, '-vvvv', '--diff')
    expect(installed).toMatchObject({ code: 0, recap: expect.stringMatching(/changed=[1-9].* failed=0/) as string })
    expect(installed.stdout).toMatch(/verdict: ok/)
    // Twice each, as text and as lines: what the play asks for, and the handler.
    expect(installed.stdout.match(/the collector acknowledged/g)?.length ?? 0).toBeGreaterThanOrEqual(4)
    expect(rig.servers()).toHaveLength(1)
    expect(host.read('etc/overdue/agent.toml')).toContain('application = "shop"\n')

    host.standIn('overdue-agent', 'exit 5')
    const again = await play(host, settings)
    // The one change is the play's own task.
    expect(again).toMatchObject({ code: 0, recap: expect.stringMatching(/changed=1 .* failed=0/) as string })

    const removed = await play(host, { overdue_state: 'absent' }, '--skip-tags=report')
    expect(removed).toMatchObject({ code: 0, recap: expect.stringContaining('failed=0') as string })
    expect(rig.servers()).toEqual([])
    const left = Object.entries(host.files()).filter(([path, what]) => !(path in before) && what !== 'folder')
    expect(left).toEqual([])
    const told = [tried, installed, again, removed].map(({ stdout, stderr }) => stdout + stderr).join('')
    expect(told.includes(key)).toBe(false)
  })
})
