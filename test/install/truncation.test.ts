// A download that breaks off must do nothing: `curl ... | sh` has run everything that came until then.
import { spawnSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { temporaryDirectory } from '../support/temporary-directory.ts'

const script = readFileSync('install.sh', 'latin1')
const hasDash = spawnSync('dash', ['-c', 'true']).error === undefined

/** One dash for all of them: each file is evaluated in a subshell, as `sh -s` would evaluate what has come. */
const EVALUATE = `for file in "$1"/*; do
  text=$(cat "$file"; echo x)
  (set --; PATH=/nowhere; eval "\${text%x}") || :
done`

/** What the installer does when it is cut off at each of these lengths. */
function cutAt(each: readonly number[]): { said: string; left: string[] } {
  const directory = temporaryDirectory()
  const [host, cuts] = [join(directory, 'host'), join(directory, 'cuts')]
  for (const folder of [host, cuts]) mkdirSync(folder)
  for (const length of each) writeFileSync(join(cuts, String(length)), script.slice(0, length), 'latin1')
  const env = { PATH: '/usr/bin:/bin', OVERDUE_ROOT: host, OVERDUE_URL: 'https://overdue.test' }
  const { stdout, stderr } = spawnSync('dash', ['-c', EVALUATE, 'sh', cuts], { env, encoding: 'latin1' })
  return { said: stdout + stderr, left: readdirSync(host) }
}

/** Every byte of the end, where the only command is; before and after each line break; and every 97th byte besides. */
function lengths(): number[] {
  const breaks = [...script.matchAll(/\n/g)].flatMap(({ index }) => [index, index + 1])
  const end = Array.from({ length: 300 }, (_, back) => script.length - 2 - back)
  const others = Array.from({ length: Math.floor(script.length / 97) }, (_, at) => at * 97)
  return [...new Set([...breaks, ...end, ...others])].filter((length) => length >= 0 && length < script.length - 1)
}

describe.skipIf(!hasDash)('the installer, cut off anywhere', { timeout: 180_000 }, () => {
  it('does nothing', () => {
    const { said, left } = cutAt(lengths())

    expect(said.split('\n').filter((line) => line !== '' && !line.includes('eval: Syntax error: '))).toEqual([])
    expect(left).toEqual([])
  })

  it('would be seen to do something', () => {
    expect(cutAt([script.length]).said).toContain('Overdue installer')
  })

  it('calls main on its last line', () => {
    expect(script.trimEnd().split('\n').at(-1)).toBe('main "$@"; exit 0; }')
  })
})
