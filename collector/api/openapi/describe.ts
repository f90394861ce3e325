// From the description that the library makes of routes and their schemas to one that says all: who may call, every
// status with its problems, an example everywhere.
import { STATUS_CODES } from 'node:http'
import { PROBLEMS, type ProblemKind } from '../../../shared/protocol/problems.ts'
import type { Access } from '../access.ts'
import { problemType } from '../problem.ts'
import { exampleOf, type JsonSchema } from './example-of.ts'
import { problemsOf } from './problems-of.ts'

type Media = { schema?: JsonSchema; example?: unknown }
type Content = Record<string, Media>
type Response = { description: string; content?: Content; headers?: Record<string, unknown> }
export type Operation = {
  operationId?: string
  summary?: string
  description?: string
  tags?: string[]
  security?: Record<string, string[]>[]
  parameters?: { in: string; name: string; schema: JsonSchema }[]
  requestBody?: { content: Content }
  responses: Record<string, Response>
  'x-access'?: Access
  'x-problems'?: readonly ProblemKind[]
  'x-unchanged'?: boolean
}
export type Description = {
  openapi: string
  paths: Record<string, Record<string, Operation>>
  components: { securitySchemes: Record<string, unknown>; schemas?: Record<string, unknown> }
}

/** The scheme of each kind of credential; a session cookie does for every role. */
const SCHEMES: Readonly<Record<string, readonly string[]>> = { server: ['server'], 'join-key': ['joinKey'] }
const TOKEN_SCHEMES = ['token', 'session', 'sessionOnLoopback']

export function describeAll(description: Description): Description {
  for (const [path, operations] of Object.entries(description.paths)) {
    for (const [method, operation] of Object.entries(operations)) describeOperation(method, path, operation)
  }
  return description
}

function describeOperation(method: string, path: string, operation: Operation): void {
  const access = operation['x-access'] ?? null
  operation.operationId ??= operationId(method, path)
  operation.tags = [tagOf(access)]
  operation.security = schemesOf(access).map((scheme) => ({ [scheme]: [] }))
  for (const [status, response] of Object.entries(operation.responses)) describeResponse(status, response)
  if (operation.requestBody !== undefined) addExamples(operation.requestBody.content)
  for (const [status, kinds] of problemsOf({
    access,
    takesBody: method !== 'get' && method !== 'delete',
    takesPath: path.includes('{'),
    own: operation['x-problems'] ?? [],
  })) {
    operation.responses[status] = problemResponse(kinds)
  }
  if (operation['x-unchanged'] === true) describeUnchanged(operation)
  delete operation['x-problems']
  delete operation['x-unchanged']
}

function schemesOf(access: Access): readonly string[] {
  return access === null ? [] : (SCHEMES[access] ?? TOKEN_SCHEMES)
}

function tagOf(access: Access): string {
  if (access === null) return 'anyone'
  return access === 'server' || access === 'join-key' ? 'agent' : access
}

/** "getServersById" of GET /api/v1/servers/{id}. */
function operationId(method: string, path: string): string {
  const words = path.replace(/^\/(?:api\/)?(?:v1|-)\//, '').split(/[^A-Za-z{}]+/)
  return words.reduce(
    (id, word) => id + (word.startsWith('{') ? `By${capital(word.slice(1, -1))}` : capital(word)),
    method,
  )
}

function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1)
}

function describeResponse(status: string, response: Response): void {
  if (response.description === 'Default Response') response.description = STATUS_CODES[status] ?? status
  if (response.content !== undefined) addExamples(response.content)
}

function addExamples(content: Content): void {
  for (const media of Object.values(content)) media.example ??= exampleOf(media.schema ?? {})
}

function problemResponse(kinds: readonly ProblemKind[]): Response {
  const [first = 'internal-error'] = kinds
  const { title, status } = PROBLEMS[first]
  const example = { type: problemType(first), title, status, kind: first, instance: '/requests/b0lF3kq1-2a' }
  const schema = { allOf: [{ $ref: '#/components/schemas/Problem' }, { properties: { kind: { enum: [...kinds] } } }] }
  return {
    description: kinds.map((kind) => PROBLEMS[kind].title).join(', or '),
    content: { 'application/problem+json': { schema: schema as JsonSchema, example } },
  }
}

function describeUnchanged(operation: Operation): void {
  const header = (description: string) => ({ description, schema: { type: 'string' } })
  const tag = header('Weak tag of the answer; bring it back as If-None-Match')
  for (const [status, response] of Object.entries(operation.responses)) {
    if (status === '200') response.headers = { etag: tag }
  }
  operation.responses['304'] = { description: 'Unchanged since the answer with this tag', headers: { etag: tag } }
  const ifNoneMatch = {
    in: 'header',
    name: 'if-none-match',
    schema: { type: 'string', examples: ['W/"r41-29384756"'] },
  }
  operation.parameters = [...(operation.parameters ?? []), ifNoneMatch]
}
