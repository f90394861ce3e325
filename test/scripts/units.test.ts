// What the units promise: how little each may do, that every option says why, and that the launcher starts the agent with
// the flags its memory was measured with.
import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { AGENT_ENVIRONMENT, AGENT_NODE_FLAGS, COLLECTOR_NODE_FLAGS } from '../../scripts/local/programs.ts'

const FOLDER = 'scripts/systemd'
const UNITS = readdirSync(FOLDER).filter((name) => /\.(?:service|path|timer|slice)$/.test(name))

/** Overall exposure of systemd-analyze(1) "security", 0 to 10. Units without any option of hardening have 9.6. */
const EXPOSURE_MAX: Readonly<Record<string, number>> = {
  'overdue-agent.service': 1.1,
  'overdue-scan-inventory.service': 1.7,
  'overdue-scan-firewall.service': 1.7,
  'overdue-scan-processes.service': 1,
  'overdue-scan-updates.service': 1.7,
  'overdue-collector.service': 1.5,
}

const cannotAnalyze = whyNoAnalysis()
if (cannotAnalyze !== null) console.log(`the exposure of units is not looked at: ${cannotAnalyze}`)

function whyNoAnalysis(): string | null {
  const { stdout, error } = spawnSync('systemd-analyze', ['--version'], { encoding: 'utf8' })
  if (error !== undefined) return 'systemd-analyze is missing (Debian package systemd)'
  const version = Number(/^systemd (\d+)/.exec(stdout)?.[1])
  return version >= 250 ? null : `systemd ${version} cannot judge a unit that is not installed`
}

describe.skipIf(cannotAnalyze !== null)('the exposure of', () => {
  it('each service is judged here', () => {
    expect(Object.keys(EXPOSURE_MAX).toSorted()).toEqual(UNITS.filter((name) => name.endsWith('.service')))
  })

  it.each(Object.entries(EXPOSURE_MAX))('%s is at most %f', (name, most) => {
    const analyze = ['security', '--offline=yes', '--no-pager', join(FOLDER, name)]
    const { stdout, stderr } = spawnSync('systemd-analyze', analyze, { encoding: 'utf8' })

    const exposure = Number(/Overall exposure level for \S+: ([\d.]+)/.exec(stdout)?.[1])
    expect(exposure, `${stdout}${stderr}`).toBeLessThanOrEqual(most)
    // An option that this systemd does not know, or a value it does not take, protects nobody.
    expect(stderr).toBe('')
  })
})

/** Lines of the sections that say how something runs, each with whether a comment stands over it. */
function optionsOf(name: string): { line: string; isExplained: boolean }[] {
  let section = ''
  let isExplained = false
  return readFileSync(join(FOLDER, name), 'utf8')
    .split('\n')
    .flatMap((line) => {
      if (line.startsWith('[')) section = line
      if (line === '' || line.startsWith('[')) isExplained = false
      else if (line.startsWith('#')) isExplained = true
      else if (!['[Unit]', '[Install]'].includes(section)) return [{ line, isExplained }]
      return []
    })
}

describe('a unit', () => {
  it.each(UNITS)('%s says why it has each of its options', (name) => {
    const options = optionsOf(name)

    expect(options.length).toBeGreaterThan(0)
    expect(options.filter(({ isExplained }) => !isExplained).map(({ line }) => line)).toEqual([])
  })

  it.each(UNITS.filter((name) => name.includes('scan') && name.endsWith('.service')))(
    '%s takes the ask away before anything else',
    (name) => {
      const scan = /scan-(\w+)/.exec(name)?.[1]
      const commands = optionsOf(name).filter(({ line }) => line.startsWith('Exec'))

      expect(commands.map(({ line }) => line)).toEqual([
        `ExecStartPre=+/bin/rm -rf /run/overdue/ask/${scan}`,
        `ExecStart=/usr/bin/overdue-agent scan ${scan}`,
      ])
      expect(readFileSync(join(FOLDER, `overdue-scan-${scan}.path`), 'utf8')).toContain(
        `\nPathExists=/run/overdue/ask/${scan}\n`,
      )
    },
  )

  it('is named in the order to enable it', () => {
    const readme = readFileSync(join(FOLDER, 'README.md'), 'utf8')
    const enabled = UNITS.filter((name) => readFileSync(join(FOLDER, name), 'utf8').includes('[Install]'))

    expect(enabled.filter((name) => !readme.includes(name))).toEqual([])
  })
})

describe('the launcher', () => {
  const script = readFileSync(join(FOLDER, 'overdue-agent.sh'), 'utf8')

  it('starts the resident agent with the flags its memory was measured with', () => {
    const run = script.replaceAll('\\\n', '').split('\n').at(-2) ?? ''

    expect(run.split(/\s+/).filter((word) => word.startsWith('--'))).toEqual(AGENT_NODE_FLAGS)
    for (const [name, value] of Object.entries(AGENT_ENVIRONMENT)) expect(script).toContain(`\n${name}=${value}\n`)
  })

  it('starts the collector as it was measured', () => {
    const run = readFileSync(join(FOLDER, 'overdue-collector.sh'), 'utf8').trimEnd().split('\n').at(-1) ?? ''

    expect(run.split(/\s+/).filter((word) => word.startsWith('--'))).toEqual(COLLECTOR_NODE_FLAGS)
  })

  it('gives every other command the memory it needs', () => {
    const others = script.split('\n').find((line) => line.includes('||'))

    // oxlint-disable-next-line no-template-curly-in-string -- it is the shell's
    expect(others).toBe('[ "${1-}" = run ] || exec /usr/lib/overdue/node /usr/lib/overdue/overdue-agent.cjs "$@"')
  })
})
