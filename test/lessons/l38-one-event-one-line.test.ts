// L38: a logged text was executed. Both loggers, with texts that try to be more than a text: one event is one JSON line
// that says exactly what happened, and nothing is filled in.
import { spawnSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'

const TEXTS = [
  'plain',
  'two\nlines',
  'a\r\n{"level":60,"msg":"forged"}',
  '"}{"level":60,"msg":"forged"}',
  `\${jndi:ldap://127.0.0.1/a}`,
  `\${process.env.HOME}`,
  '%s %d %j %o %O %i %f %c %%',
  '{} {0} {{7*7}}',
  '\u001b[31mred\u001b]0;title\u0007',
  '\u0000\u0008\u007f\u009b',
  '\u2028\u2029\u0085',
  '\u202eesrever',
  '\ud800',
  '__proto__',
  'x'.repeat(100_000),
]

const LOGGERS = { collector: './collector/logger.ts', agent: './agent/logger.ts' } as const

/** In a process of its own: the loggers write to its standard error, and to nothing else. */
function logged(module: string): string[] {
  const program = `
    import { createLogger } from '${module}'
    const log = createLogger()
    for (const text of JSON.parse(process.argv[1])) {
      log.warn({ text, [text.slice(0, 50)]: text, list: [text], err: new Error(text) }, 'a host said something')
    }`
  const { stderr, status } = spawnSync(
    process.execPath,
    ['--input-type=module', '--eval', program, '--', JSON.stringify(TEXTS)],
    { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 },
  )
  expect(status).toBe(0)
  return stderr.split('\n')
}

describe.each(Object.entries(LOGGERS))('L38: the log of the %s', (_name, module) => {
  const lines = logged(module)

  it('has one line for each event', () => {
    expect(lines).toHaveLength(TEXTS.length + 1)
    expect(lines.at(-1)).toBe('')
  })

  it.each(TEXTS.map((text, index) => [index, JSON.stringify(text.slice(0, 40))] as const))(
    'says of event %i what was said: %s',
    (index) => {
      const event = JSON.parse(lines[index] ?? '') as Record<string, unknown>

      expect(event['text']).toBe(TEXTS[index]?.toWellFormed() === TEXTS[index] ? TEXTS[index] : event['text'])
      expect(event['msg']).toBe('a host said something')
      expect(event['list']).toEqual([event['text']])
    },
  )

  it('holds no character that a terminal obeys', () => {
    // oxlint-disable-next-line no-control-regex -- that is what must not be there
    expect(lines.filter((line) => /[\u0000-\u0009\u000b-\u001f]/.test(line))).toEqual([])
  })
})
