// Every field of both agent routes, with every kind of JSON it may not hold: refused with the field's name, nothing else
// happens. The table is made from the schemas, so a new field is covered the day it is added.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { enrollment } from '../../../shared/protocol/enrollment.ts'
import { paths } from '../../../shared/protocol/paths.ts'
import type { Problem } from '../../../shared/protocol/problems.ts'
import { report } from '../../../shared/protocol/report.ts'
import { wrongTypesOf } from '../../support/json-kinds.ts'
import { fullReport } from '../../support/full-report.ts'
import { TestCollector, type TestServer } from '../../support/test-collector.ts'

let collector: TestCollector
let bystander: TestServer
let reader: string

beforeAll(async () => {
  collector = new TestCollector()
  reader = collector.createToken('reader')
  bystander = await collector.enroll('bystander')
  await collector.post(paths.report(), bystander.credential, bystander.report.whole())
})
afterAll(() => collector.close())

const documentOf = async (id: string) => (await collector.get(paths.server(id), reader)).json<unknown>()

/** The field itself, or something in it. A union of literals is named as a whole. */
function names(problem: Problem, pointer: string): boolean {
  return problem.errors?.some((error) => error.pointer === pointer || error.pointer.startsWith(`${pointer}/`)) ?? false
}

describe('a wrong type in a report', () => {
  // 1,250 requests: seconds on a machine that has nothing else to do.
  it('is refused with a pointer to the field, whatever the field and the type', { timeout: 120_000 }, async () => {
    const server = await collector.enroll('sender')
    const cases = wrongTypesOf(report, fullReport(server.report))
    const before = [await documentOf(server.id), await documentOf(bystander.id)]

    const failures: string[] = []
    for (const { pointer, kind, body } of cases) {
      const answer = await collector.post(paths.report(), server.credential, body)
      const problem = answer.json<Problem>()
      const isRight = answer.statusCode === 422 && problem.kind === 'invalid-body' && names(problem, pointer)
      if (!isRight) failures.push(`${pointer} = ${kind}: ${answer.statusCode} ${answer.body.slice(0, 200)}`)
    }

    expect(failures).toEqual([])
    expect(cases.length).toBeGreaterThan(300)
    expect([await documentOf(server.id), await documentOf(bystander.id)]).toEqual(before)
  })

  it('leaves the full report itself acceptable', async () => {
    const server = await collector.enroll('sender-2')

    const answer = await collector.post(paths.report(), server.credential, fullReport(server.report))

    expect(answer.json()).toMatchObject({ want: [] })
  })
})

describe('a wrong type in an enrolment', () => {
  it('is refused with a pointer to the field and makes no server', async () => {
    const joinKey = collector.createJoinKey()
    const valid = { proto: 1, credentialHash: 'h'.repeat(43), name: 'x', machineId: 'a'.repeat(32) }
    const before = collector.ctx.projection.size

    const failures: string[] = []
    for (const { pointer, kind, body } of wrongTypesOf(enrollment, valid)) {
      const answer = await collector.post(paths.enroll(), joinKey, body)
      const problem = answer.json<Problem>()
      if (answer.statusCode !== 422 || !names(problem, pointer)) failures.push(`${pointer} = ${kind}: ${answer.body}`)
    }

    expect(failures).toEqual([])
    expect(collector.ctx.projection.size).toBe(before)
  })

  it('names every field that is missing', async () => {
    const answer = await collector.post(paths.enroll(), collector.createJoinKey(), {})

    expect(answer.statusCode).toBe(422)
    expect(answer.json<Problem>().errors).toEqual([
      { pointer: '#/proto', detail: 'is required' },
      { pointer: '#/credentialHash', detail: 'is required' },
      { pointer: '#/name', detail: 'is required' },
    ])
  })
})
