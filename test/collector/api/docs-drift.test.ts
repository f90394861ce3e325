// Documentation that programs rely on, held against the code.
import { execFile, spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { flagOf } from '../../../collector/commands/arguments.ts'
import { SETTINGS, type SettingKey } from '../../../collector/config-settings.ts'
import { ENROLL_RATES } from '../../../collector/api/routes/post-enroll.ts'
import * as limits from '../../../shared/protocol/limits.ts'
import { paths } from '../../../shared/protocol/paths.ts'
import { PROBLEMS } from '../../../shared/protocol/problems.ts'
import { TestCollector } from '../../support/test-collector.ts'

/** Cells of the table rows whose first cell is code. */
function rowsOf(file: string): string[][] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim().replaceAll('`', '')),
    )
}

describe('docs/reference/errors.md', () => {
  it('lists every kind with its status, and no other', () => {
    const documented = rowsOf('docs/reference/errors.md').map(([kind, status]) => `${kind} ${status}`)
    const known = Object.entries(PROBLEMS).map(([kind, { status }]) => `${kind} ${status}`)

    expect(documented.toSorted()).toEqual(known.toSorted())
  })
})

describe('docs/reference/configuration-collector.md', () => {
  it('lists every setting with its flag, variable and default, and no other', () => {
    const documented = rowsOf('docs/reference/configuration-collector.md').filter(([key]) => key !== 'policy')
    const known = Object.entries(SETTINGS).map(([key, { variable, default: fallback }]) => [
      key,
      `--${flagOf(key as SettingKey)}`,
      variable,
      fallback === null ? 'none' : String(fallback),
    ])

    expect(documented.map((row) => row.slice(0, 4))).toEqual(known)
  })

  it('has every setting in the example, too', () => {
    const example = readFileSync('scripts/examples/collector.toml', 'utf8')

    for (const key of Object.keys(SETTINGS)) expect(example).toMatch(new RegExp(`^#${key.split('.').at(-1)} = `, 'm'))
  })
})

describe('docs/protocol.md', () => {
  let collector: TestCollector
  let url: string
  beforeAll(async () => {
    collector = new TestCollector()
    url = await collector.listen()
  })
  afterAll(() => collector.close())

  const text = readFileSync('docs/protocol.md', 'utf8')
  const hasTools = ['curl', 'openssl'].every((tool) => spawnSync(tool, ['--version']).error === undefined)

  it.skipIf(!hasTools)('has an example that runs', async () => {
    const script = /```sh\n([\s\S]*?)```/.exec(text)?.[1] ?? ''
    const environment = { PATH: process.env['PATH'], COLLECTOR: url, JOIN_KEY: collector.createJoinKey() }

    const { stdout } = await promisify(execFile)('sh', ['-euc', script], { env: environment })

    expect(JSON.parse(stdout)).toMatchObject({ want: [], epoch: collector.ctx.store.epoch })
  })

  it('has an example report that is accepted and needs a restart', async () => {
    const server = await collector.enroll('example')
    const report = JSON.parse(readFileSync('scripts/examples/report.json', 'utf8')) as unknown

    const answer = await collector.post(paths.report(), server.credential, report)
    const document = await collector.get(paths.server(server.id), collector.createToken('reader'))

    expect(answer.json()).toMatchObject({ want: [] })
    expect(document.json()).toMatchObject({ name: 'web-1', state: 'restart-required' })
  })

  it('names the limits that hold', () => {
    const row = (start: string) => text.split('\n').find((line) => line.startsWith(`| ${start}`)) ?? ''
    const mebibytes = (bytes: number) => `${bytes / 1024 / 1024} MiB`

    expect(row('`/v1/report`, bytes on')).toContain(mebibytes(limits.REPORT_WIRE_BYTES_MAX))
    expect(row('`/v1/report`, bytes after')).toContain(mebibytes(limits.REPORT_INFLATED_BYTES_MAX))
    expect(row('`/v1/report`, JSON')).toContain(limits.REPORT_TOKENS_MAX.toLocaleString('en'))
    expect(row('other bodies')).toContain(`${limits.BODY_BYTES_MAX / 1024} KiB`)
    expect(row('other bodies')).toContain(`${limits.BODY_TOKENS_MAX.toLocaleString('en')} tokens`)
    expect(row('nesting')).toContain(`${limits.JSON_DEPTH_MAX} levels`)
    expect(row('enrolments, all')).toContain(
      `${ENROLL_RATES.all.perSecond} a second, ${ENROLL_RATES.all.burst} at once`,
    )
    expect(row('enrolments, each')).toContain(
      `${ENROLL_RATES.perKey.perSecond} a second, ${ENROLL_RATES.perKey.burst} at once`,
    )
  })
})
