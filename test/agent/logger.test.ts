import { closeSync, openSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createLogger } from '../../agent/logger.ts'
import { withoutSecrets } from '../../agent/without-secrets.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

const SECRET = 'Zz-_9'.repeat(9).slice(0, 43)

describe('the log', () => {
  it('is one JSON object a line, with the message apart from the facts', () => {
    const path = join(temporaryDirectory(), 'log')
    const fd = openSync(path, 'w')
    createLogger(fd).warn({ attempt: 3 }, 'the collector cannot be reached')
    closeSync(fd)

    expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual({
      level: 'warn',
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/) as string,
      attempt: 3,
      msg: 'the collector cannot be reached',
    })
  })

  it('never shows a secret, in whatever field or error it comes along', () => {
    const path = join(temporaryDirectory(), 'log')
    const fd = openSync(path, 'w')
    const err = new Error(`bad header: Bearer ovds_s1_${SECRET}`, { cause: new Error(`ovdj_k1_${SECRET}`) })
    createLogger(fd).error({ err, deep: { token: `ovdt_t1_${SECRET}` } }, `sent ovds_s1_${SECRET}`)
    closeSync(fd)
    const text = readFileSync(path, 'utf8')

    expect(text).not.toContain(SECRET)
    expect(text).toContain('ovds_s1_[secret]')
    expect(text).toContain('ovdt_t1_[secret]')
  })

  it.each([
    ['ovds_s1', 'ovds_s1'],
    [`ovdx_s1_${SECRET}`, `ovdx_s1_${SECRET}`],
    [`"ovds_s1_${SECRET}"`, '"ovds_s1_[secret]"'],
  ])('turns %s into %s', (line, expected) => {
    expect(withoutSecrets(line)).toBe(expected)
  })
})
