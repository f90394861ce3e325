// The example inventory for Ansible, over the real command line and a real collector with the demo fleet.
import { execFile, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { beforeAll, describe, expect, it } from 'vitest'
import { seedDemo } from '../../collector/demo/seed-demo.ts'
import { paths } from '../../shared/protocol/paths.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'
import { buildOverdueBundle, OverdueProgram, overdueBundle } from '../support/overdue-program.ts'
import { TestCollector } from '../support/test-collector.ts'

/** Each test starts Python once or more, on a machine that may be busy. */
const PATIENT = { timeout: 120_000 }
const INVENTORY = 'scripts/examples/ansible/inventory.py'
const PYTHON = '/usr/bin/python3'
const hasPython = spawnSync(PYTHON, ['--version']).error === undefined
// Not --version: that alone takes a second, and leaves a folder in the home of whoever runs the tests.
const hasAnsible = spawnSync('sh', ['-c', 'command -v ansible-inventory']).status === 0

type Inventory = Record<string, { hosts?: string[] }> & { _meta: { hostvars: Record<string, Record<string, unknown>> } }
type Told = { code: number; stdout: string; stderr: string }

/** Runs a program with an `overdue` on its path that does what the shell `script` says; null: there is none. */
async function run(
  program: string,
  args: string[],
  script: string | null,
  more: Record<string, string> = {},
): Promise<Told> {
  const home = temporaryDirectory()
  mkdirSync(join(home, 'bin'))
  if (script !== null) writeFileSync(join(home, 'bin/overdue'), `#!/bin/sh\n${script}\n`, { mode: 0o755 })
  const env = { PATH: `${home}/bin:/usr/bin:/bin`, HOME: home, LC_ALL: 'C.UTF-8', ...more }
  try {
    return { code: 0, ...(await promisify(execFile)(program, args, { env, maxBuffer: 2 ** 26 })) }
  } catch (error) {
    const { code, stdout, stderr } = error as Told
    return { code, stdout, stderr }
  }
}

const server = (name: string, changed: object = {}) => ({
  id: `s${name.padEnd(26, 'x')}`.slice(0, 27).toLowerCase(),
  name,
  application: 'shop',
  environment: null,
  state: 'ok',
  exposure: 'filtered',
  reporting: 'current',
  promoted: false,
  reasons: [],
  headline: 'No restart needed.',
  since: null,
  tags: {},
  ...changed,
})

async function inventoryOf(servers: object[]): Promise<{ inventory: Inventory; stderr: string }> {
  const { stdout, stderr } = await run(
    PYTHON,
    [INVENTORY, '--list'],
    `cat <<'END'\n${JSON.stringify({ items: servers })}\nEND`,
  )
  return { inventory: JSON.parse(stdout) as Inventory, stderr }
}

describe.skipIf(!hasPython)('the inventory for Ansible', PATIENT, () => {
  it('groups by application, environment, state and need', async () => {
    const { inventory } = await inventoryOf([
      server('web-1', { environment: 'prod', promoted: true, state: 'restart-required' }),
      server('web-2'),
    ])

    expect(inventory['app_shop']).toEqual({ hosts: ['web-1', 'web-2'] })
    expect(inventory['env_prod']).toEqual({ hosts: ['web-1'] })
    expect(inventory['state_restart_required']).toEqual({ hosts: ['web-1'] })
    expect(inventory['promoted']).toEqual({ hosts: ['web-1'] })
    expect(inventory._meta.hostvars['web-1']).toMatchObject({ overdue_environment: 'prod', overdue_promoted: true })
  })

  it('takes a name only from a server that alone has it, and never one that leads somewhere else', async () => {
    const odd = ['localhost', '127.0.0.1', 'all', 'promoted', 'a b', '-rf', '{{ 1 }}', '2130706433']
    const twins = [server('db', { id: 's-first' }), server('DB', { id: 's-second' })]
    const { inventory } = await inventoryOf([
      ...odd.map((name, at) => server(name, { id: `s${at}`, promoted: true })),
      ...twins,
    ])

    expect(inventory['all']?.hosts).toEqual([...odd.map((_, at) => `s${at}`), 's-first', 's-second'])
  })

  it('makes no group that two applications would share', async () => {
    const { inventory, stderr } = await inventoryOf([
      server('web-1', { application: 'shop-a' }),
      server('web-2', { application: 'shop_a' }),
    ])

    expect(Object.keys(inventory)).not.toContain('app_shop_a')
    expect(stderr).toBe('inventory.py: no group app_shop_a: shop-a and shop_a would share it\n')
  })

  it('gives one host by --host', async () => {
    const { stdout } = await run(
      PYTHON,
      [INVENTORY, '--host', 'web-1'],
      `echo '${JSON.stringify({ items: [server('web-1')] })}'`,
    )

    expect(JSON.parse(stdout)).toMatchObject({ overdue_name: 'web-1', overdue_state: 'ok' })
  })

  it.each([
    [
      'fails with the command',
      'echo "overdue: no token" >&2; exit 4',
      'overdue: no token\ninventory.py: "overdue export" ended with exit code 4\n',
    ],
    ['fails where there is none', null, 'inventory.py: there is no "overdue" command here\n'],
  ])('%s, and is never empty instead', async (_, script, expected) => {
    expect(await run(PYTHON, [INVENTORY, '--list'], script)).toEqual({ code: 1, stdout: '', stderr: expected })
  })

  it('asks for what the query says', async () => {
    const script = `echo "$*" >&2; echo '{"items":[]}'`
    const { stderr } = await run(PYTHON, [INVENTORY, '--list'], script, { OVERDUE_INVENTORY_QUERY: 'app:shop -tag:a' })

    expect(stderr).toBe('export servers app:shop -tag:a --format json\n')
  })
})

describe.skipIf(!hasAnsible)(`ansible-inventory${hasAnsible ? '' : ': ansible-core is needed'}`, PATIENT, () => {
  beforeAll(buildOverdueBundle)

  it('knows every server of the demo fleet, by what it needs', async () => {
    const collector = new TestCollector()
    await seedDemo(collector.ctx.store, 60, collector.clock.now())
    const token = collector.createToken('reader')
    const program = OverdueProgram.asking(await collector.listen(), token)
    const script = `exec '${process.execPath}' '${overdueBundle()}' "$@"`

    const told = await run('ansible-inventory', ['-i', INVENTORY, '--list'], script, program.environment)
    const listed = await collector.get(`${paths.servers()}?limit=200`, token)
    await collector.close()

    const { items } = listed.json<{ items: { id: string; promoted: boolean; state: string }[] }>()
    const inventory = JSON.parse(told.stdout) as Inventory
    const known = Object.values(inventory._meta.hostvars)
    const idsIn = (group: string) =>
      (inventory[group]?.hosts ?? []).map((host) => String(inventory._meta.hostvars[host]?.['overdue_id']))
    expect(told.stderr).toBe('')
    expect(known.map(({ overdue_id: id }) => String(id)).toSorted()).toEqual(items.map(({ id }) => id).toSorted())
    for (const [group, member] of [
      ['promoted', (item) => item.promoted],
      ['state_restart_required', (item) => item.state === 'restart-required'],
    ] satisfies [string, (item: (typeof items)[number]) => boolean][])
      expect(idsIn(group).toSorted()).toEqual(
        items
          .filter(member)
          .map(({ id }) => id)
          .toSorted(),
      )
  })

  it('runs nothing that a server wrote', async () => {
    const file = join(temporaryDirectory(), 'ran')
    const evil = `{{ lookup("pipe", "touch ${file}") }}{% set x = 1 %}{#`
    const items = [server('web-1', { headline: evil, application: evil, tags: { [evil]: [evil] } })]
    const told = await run(
      'ansible',
      [
        '-i',
        INVENTORY,
        'all',
        '-c',
        'local',
        '-m',
        'ansible.builtin.debug',
        '-a',
        'msg={{ overdue_headline }}{{ overdue_tags }}',
      ],
      `cat <<'END'\n${JSON.stringify({ items })}\nEND`,
    )

    expect(told).toMatchObject({ code: 0, stdout: expect.stringContaining('lookup') as string })
    expect(existsSync(file)).toBe(false)
  })
})
