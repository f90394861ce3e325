// overdue api METHOD PATH: one request as it is, with the address and token of the login.
import { readFile } from 'node:fs/promises'
import { collectorOf } from '../ask-collector.ts'
import { CliError, UsageError } from '../cli-error.ts'
import type { ApiRequest } from '../client.ts'
import { CONNECTION_FLAGS, CONNECTION_HELP, JSON_FLAG, text, texts, type Command, type Flags } from '../command.ts'
import { copyBody } from '../copy-body.ts'
import { EXIT, type Io } from '../io.ts'

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']

export const api: Command = {
  help: `Examples
  overdue api GET /api/v1/servers -f q=state:unknown -f limit=10
  overdue api PUT '/api/v1/policy?preview=1' --input policy.json
  overdue api GET /api/v1/openapi.json

Sends one request and prints the answer as it comes. What the API can do: GET /api/v1/openapi.json.

  -f, --field K=V    part of the query of a GET, a text member of the JSON body of anything else; may be repeated
  --input FILE       the JSON body; - reads standard input
  --json             errors as JSON too
${CONNECTION_HELP}`,
  flags: {
    ...CONNECTION_FLAGS,
    ...JSON_FLAG,
    field: { type: 'string', short: 'f', multiple: true },
    input: { type: 'string' },
  },
  wordsMax: 2,

  async run({ words, flags, io }) {
    const request = await readRequest(words, flags, io)
    const client = await collectorOf(flags, io)
    await copyBody(client, request, io)
    if (io.out.isTerminal) await io.out.write('\n')
    return EXIT.done
  },
}

async function readRequest([given, path]: readonly string[], flags: Flags, io: Io): Promise<ApiRequest> {
  const method = given?.toUpperCase() ?? ''
  if (!METHODS.includes(method)) throw new UsageError(`Say what to do: overdue api ${METHODS.join('|')} PATH.`)
  if (path === undefined || !path.startsWith('/'))
    throw new UsageError('Say what to ask for: a PATH that begins with "/", such as /api/v1/summary.')
  const fields = readFields(flags)
  const input = text(flags, 'input')
  if (method === 'GET') {
    if (input !== null) throw new UsageError('A GET has no body: leave --input out.')
    return { method, path, query: fields }
  }
  if (input !== null && Object.keys(fields).length > 0) throw new UsageError('Choose one of --field and --input.')
  if (input !== null) return { method, path, body: await readInput(input, io) }
  return { method, path, ...(Object.keys(fields).length === 0 ? {} : { body: JSON.stringify(fields) }) }
}

function readFields(flags: Flags): Record<string, string> {
  const entries = texts(flags, 'field').map((field) => {
    const at = field.indexOf('=')
    if (at < 1) throw new UsageError(`--field ${field}: write NAME=VALUE.`)
    return [field.slice(0, at), field.slice(at + 1)] as const
  })
  return Object.fromEntries(entries)
}

async function readInput(file: string, io: Io): Promise<string> {
  if (file === '-') return await io.input.text()
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    throw new CliError(`Cannot read ${file}: ${error instanceof Error ? error.message : String(error)}`)
  }
}
