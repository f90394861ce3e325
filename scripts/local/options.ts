// Command line of scripts/up, checked before anything starts.
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'

export type UpOptions = {
  port: number
  dataDirectory: string
  /** A recorded host to watch instead of this machine. */
  root: string | null
  agent: boolean
  json: boolean
}

export const UP_HELP = `Starts one Overdue collector and one agent that watches this machine.

  scripts/up                    http://127.0.0.1:8480, data kept under your state folder
  scripts/up --port 0           any free port
  scripts/up --root DIR         the agent watches a recorded host instead of this machine
  scripts/up --no-agent         the collector alone
  scripts/up --data DIR         keep everything in DIR
  scripts/up --json             when ready, print one JSON line {"url","token","serverId","joinKey"} on stdout

Touch /run/reboot-required and watch the page. Ctrl-C stops both.
`

export class UsageError extends Error {}

/** Throws UsageError naming the flag and the fix. Relative folders count from `invokedFrom`. */
export function parseUpOptions(
  argv: string[],
  environment: NodeJS.ProcessEnv,
  invokedFrom: string,
): UpOptions | 'help' {
  const values = parseFlags(argv)
  if (values.help === true) return 'help'
  const root = values.root === undefined ? null : resolve(invokedFrom, values.root)
  if (root !== null && !existsSync(root))
    throw new UsageError(`--root: there is no folder ${root}; name a recorded host`)
  return {
    port: parsePort(values.port ?? '8480'),
    dataDirectory: values.data === undefined ? defaultDataDirectory(environment) : resolve(invokedFrom, values.data),
    root,
    agent: values['no-agent'] !== true,
    json: values.json === true,
  }
}

function parseFlags(argv: string[]) {
  try {
    return parseArgs({
      args: argv,
      options: {
        port: { type: 'string' },
        data: { type: 'string' },
        root: { type: 'string' },
        'no-agent': { type: 'boolean' },
        json: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    }).values
  } catch (error) {
    throw new UsageError(`${(error as Error).message}; see scripts/up --help`, { cause: error })
  }
}

function parsePort(text: string): number {
  const port = Number(text)
  if (/^\d{1,5}$/.test(text) && port <= 65_535) return port
  throw new UsageError(`--port: ${JSON.stringify(text)} is no port; use 0 (any free one) to 65535`)
}

function defaultDataDirectory(environment: NodeJS.ProcessEnv): string {
  const stateHome = environment['XDG_STATE_HOME'] ?? join(environment['HOME'] ?? homedir(), '.local', 'state')
  return join(stateHome, 'overdue')
}

/** One credential stands for one host: this machine and each recorded host keep state of their own. */
export function agentDirectory(options: UpOptions): string {
  const host =
    options.root === null ? 'this-machine' : createHash('sha256').update(options.root).digest('hex').slice(0, 16)
  return join(options.dataDirectory, 'agents', host)
}
