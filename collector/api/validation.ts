// Compiled schemas, and their findings in words: every error names the field with a JSON pointer.
import type Type from 'typebox'
import { Compile, type Validator } from 'typebox/compile'
import { ProblemError, type FieldError } from './problem.ts'
import { escapePointer } from './scan-json.ts'

/** More than this many findings help nobody. */
const ERRORS_MAX = 20

type Finding = { keyword: string; instancePath: string; message: string; params: object }

/** A Fastify validator: the value itself when it fits (nothing is coerced or removed), a 422 problem when not. */
export function validatorFor(schema: Type.TSchema): (value: unknown) => { value: unknown } | { error: ProblemError } {
  const compiled = onFirstUse(() => Compile(schema))
  return (value) => {
    if (compiled().Check(value)) return { value }
    return { error: new ProblemError('invalid-body', { errors: fieldErrors(compiled(), value) }) }
  }
}

/** All schemas of all routes take a tenth of a second to compile: a collector that starts has agents waiting. */
export function onFirstUse<T>(make: () => T): () => T {
  let made: { value: T } | null = null
  return () => (made ??= { value: make() }).value
}

/** What is wrong with `value`, at most 20 fields, each once. */
export function fieldErrors(compiled: Validator, value: unknown): FieldError[] {
  const findings = [...compiled.Errors(value)] as Finding[]
  const byPointer = new Map<string, Set<string>>()
  for (const finding of findings.filter((one) => !isNoise(one, findings))) {
    for (const { pointer, detail } of inWords(finding)) {
      byPointer.set(pointer, (byPointer.get(pointer) ?? new Set()).add(detail))
    }
  }
  return [...byPointer].slice(0, ERRORS_MAX).map(([pointer, details]) => ({
    pointer,
    detail: [...details].join(', or '),
  }))
}

/**
 * A union reports each of its branches and itself. The summary says nothing; "must be null" beside a finding deeper in
 * the value is the branch nobody meant.
 */
function isNoise(finding: Finding, all: readonly Finding[]): boolean {
  if (finding.keyword === 'anyOf') return true
  const isNullBranch = 'type' in finding.params && finding.params.type === 'null'
  return isNullBranch && all.some((other) => other.instancePath.startsWith(`${finding.instancePath}/`))
}

function inWords(finding: Finding): FieldError[] {
  const pointer = `#${finding.instancePath}`
  const { params } = finding
  if ('requiredProperties' in params && Array.isArray(params.requiredProperties)) {
    return params.requiredProperties.map((name) => ({
      pointer: `${pointer}/${escapePointer(String(name))}`,
      detail: 'is required',
    }))
  }
  if ('allowedValue' in params) return [{ pointer, detail: `must be ${JSON.stringify(params.allowedValue)}` }]
  return [{ pointer, detail: finding.message }]
}
