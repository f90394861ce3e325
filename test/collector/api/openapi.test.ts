// openapi.json against the routes themselves: what is registered is described, and what is described is true.
import Type from 'typebox'
import { Compile } from 'typebox/compile'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Description, Operation } from '../../../collector/api/openapi/describe.ts'
import { exampleOf } from '../../../collector/api/openapi/example-of.ts'
import { paths } from '../../../shared/protocol/paths.ts'
import { PROBLEMS, type Problem } from '../../../shared/protocol/problems.ts'
import { TestCollector } from '../../support/test-collector.ts'

/** Addresses for programs; all others are pages. */
const FOR_PROGRAMS = /^\/(api|v1|-|metrics|fleetlock|agent|install)\b|^\/-\//

type Described = { path: string; method: string; operation: Operation }

let collector: TestCollector
let reader: string
let described: Description
let operations: Described[]
const registered: string[] = []

beforeAll(async () => {
  collector = new TestCollector()
  collector.app.addHook('onRoute', ({ method, url, exposeHeadRoute }) => {
    const methods = [method].flat().filter((one) => one !== 'HEAD' || exposeHeadRoute === undefined)
    for (const one of methods) if (one !== 'HEAD' && FOR_PROGRAMS.test(url)) registered.push(`${one} ${url}`)
  })
  reader = collector.createToken('reader')
  described = (await collector.get(paths.openapi(), reader)).json<Description>()
  operations = Object.entries(described.paths).flatMap(([path, byMethod]) =>
    Object.entries(byMethod).map(([method, operation]) => ({ path, method: method.toUpperCase(), operation })),
  )
})
afterAll(() => collector.close())

const nameOf = ({ method, path }: Described) => `${method} ${path}`
const urlOf = (path: string) => path.replaceAll(/\{\w+\}/g, 'x')
const request = ({ method, path }: Described, token: string | null, query = '') =>
  collector.app.inject({
    method: method as 'GET',
    url: `${urlOf(path)}${query}`,
    headers: token === null ? {} : { authorization: `Bearer ${token}` },
  })

describe('openapi.json', () => {
  it('describes every route, and nothing else', () => {
    const inItsWords = registered.map((route) => route.replaceAll(/:(\w+)/g, '{$1}'))

    expect(inItsWords.length).toBeGreaterThan(10)
    expect(operations.map(nameOf).toSorted()).toEqual([...new Set(inItsWords)].toSorted())
  })

  it('describes every address that programs are given', () => {
    const built = Object.values(paths).map((path) => path('{part}'))
    const known = Object.keys(described.paths).map((path) => path.replaceAll(/\{\w+\}/g, '%7Bpart%7D'))

    expect(built.filter((url) => FOR_PROGRAMS.test(url) && !known.includes(url))).toEqual([])
  })

  it('is OpenAPI 3.1 with one name for each operation', () => {
    expect(described.openapi).toBe('3.1.0')
    expect(new Set(operations.map(({ operation }) => operation.operationId)).size).toBe(operations.length)
  })

  it('says in a sentence what each operation is for', () => {
    expect(
      operations.filter(({ operation }) => !operation.summary).map((one) => `${nameOf(one)}: add schema.summary`),
    ).toEqual([])
  })

  it('declares every parameter in a path', () => {
    for (const { path, operation } of operations) {
      const inPath = [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1])
      const declared = (operation.parameters ?? []).filter((one) => one.in === 'path').map(({ name }) => name)
      expect(declared).toEqual(inPath)
    }
  })

  it('gives every body an example that fits its schema', () => {
    const compiledMisfits: string[] = []
    for (const one of operations) {
      const bodies = [one.operation.requestBody, ...Object.values(one.operation.responses)]
      for (const media of bodies.flatMap((body) => Object.values(body?.content ?? {}))) {
        expect(media.example).toBeDefined()
        if (media.schema === undefined || 'allOf' in media.schema) continue
        if (!Compile(media.schema as Type.TSchema).Check(media.example)) compiledMisfits.push(nameOf(one))
      }
    }

    expect(compiledMisfits).toEqual([])
  })

  it('has what every reference points at', () => {
    const references = [...JSON.stringify(described).matchAll(/"\$ref":"([^"]+)"/g)].map((match) => match[1])

    expect(new Set(references)).toEqual(new Set(['#/components/schemas/Problem']))
    expect(described.components.schemas).toHaveProperty('Problem')
  })

  it('names every kind of problem where it can come up', () => {
    // A wrong method belongs to no operation.
    const elsewhere = ['method-not-allowed']
    const text = JSON.stringify(operations.map(({ operation }) => operation.responses))

    expect(Object.keys(PROBLEMS).filter((kind) => !text.includes(`"${kind}"`))).toEqual(elsewhere)
  })

  it('names the status, the type and the kind of every refusal', async () => {
    const wrongKind = collector.createJoinKey()
    for (const one of operations) {
      const answers = [
        await request(one, null),
        await request(one, wrongKind),
        await request(one, reader, '?nonsense=1'),
      ]
      for (const answer of answers.filter(({ statusCode }) => statusCode >= 400)) {
        const content = one.operation.responses[answer.statusCode]?.content?.['application/problem+json']
        const { kind } = answer.json<Problem>()
        expect(`${nameOf(one)} ${answer.statusCode} ${JSON.stringify(content?.schema)}`).toContain(`"${kind}"`)
      }
    }
  })

  it('asks for a credential exactly where one is needed', async () => {
    for (const one of operations) {
      const { statusCode } = await request(one, null)
      expect(`${nameOf(one)} ${statusCode === 401}`).toBe(`${nameOf(one)} ${one.operation.security?.length !== 0}`)
    }
  })

  it('declares exactly the query parameters that are known', async () => {
    for (const one of operations.filter(
      ({ method, operation }) => method === 'GET' && operation['x-access'] === 'reader',
    )) {
      const answer = await request(one, reader, '?nonsense=1')
      const declared = (one.operation.parameters ?? []).filter((parameter) => parameter.in === 'query')
      const names = declared.map(({ name }) => name).join(', ') || 'none'
      expect(`${nameOf(one)} ${answer.json<Problem>().detail}`).toBe(
        `${nameOf(one)} The query parameter "nonsense" is not known here; known are ${names}.`,
      )
    }
  })
})

describe('an example', () => {
  it.each([
    [Type.Union([Type.String({ minLength: 6 }), Type.Null()]), 'text--'],
    [
      Type.Object({ a: Type.Optional(Type.Integer({ minimum: 5 })), b: Type.Array(Type.Boolean()) }),
      { a: 5, b: [true] },
    ],
    [Type.Enum(['x', 'y']), 'x'],
    [Type.Literal('z'), 'z'],
    [Type.Null(), null],
    [Type.String({ examples: ['own'] }), 'own'],
  ])('is made of %j', (schema, example) => {
    expect(exampleOf(schema)).toEqual(example)
  })
})
