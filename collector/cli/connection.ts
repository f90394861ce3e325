// Which collector, trusted by what, asked with which token: flags win over environment, environment over the login.
import { readFile } from 'node:fs/promises'
import { parseSecret } from '../../shared/secret.ts'
import { CliError, UsageError } from './cli-error.ts'
import { isSet, text, type Flags } from './command.ts'
import { EXIT, type Io } from './io.ts'

const STDIN = '-'

export type Connection = {
  /** Without a trailing slash; may hold a path prefix. */
  url: string
  token: string
  /** PEM of the authorities to trust; null: those of this machine. */
  ca: string | null
  /** HTTPS_PROXY, NO_PROXY and their like. */
  environment: Io['environment']
}

/** Throws UsageError or CliError that says what is missing and how to give it. */
export async function readConnection(flags: Flags, io: Io): Promise<Connection> {
  const { environment } = io
  // Loaded only here: help and version need no TOML.
  const { readSavedLogin } = await import('./config-file.ts')
  const saved = await readSavedLogin(environment)
  const given = text(flags, 'url') ?? environment['OVERDUE_URL'] ?? saved.url
  if (given === undefined)
    throw new UsageError('Which collector? Run "overdue login URL", or give --url or OVERDUE_URL.')
  const url = normalUrl(given)
  // A token goes to the collector it was given for, and to no other.
  const login = saved.url !== undefined && normalUrl(saved.url) === url ? saved : {}
  const tokenFile = text(flags, 'token-file') ?? environment['OVERDUE_TOKEN_FILE'] ?? login.tokenFile
  if (tokenFile === undefined)
    throw new CliError(
      `No token for ${url}. Run "overdue login ${url}", or give --token-file or OVERDUE_TOKEN_FILE.`,
      EXIT.notAuthorised,
    )
  const caFile = text(flags, 'ca-file') ?? environment['OVERDUE_CA_FILE'] ?? login.caFile
  requireSafeUrl(url, mayBePlain(flags, environment) || login.allowPlainHttp === true)
  return {
    url,
    token: await readToken(tokenFile, io),
    ca: caFile === undefined ? null : await readCa(caFile),
    environment,
  }
}

/** Throws UsageError for what is no address of a collector. */
export function normalUrl(given: string): string {
  const url = URL.canParse(given) ? new URL(given) : null
  if (url === null || !/^https?:$/.test(url.protocol))
    throw new UsageError(`"${given}" is no address such as https://overdue.example:8480.`)
  if (url.username !== '' || url.password !== '')
    throw new UsageError('Leave user and password out of the address: a token logs in.')
  if (url.search !== '' || url.hash !== '')
    throw new UsageError('Leave out everything of the address from "?" or "#" on.')
  return url.href.replace(/\/+$/, '')
}

export function mayBePlain(flags: Flags, environment: Io['environment']): boolean {
  return isSet(flags, 'allow-plain-http') || /^(true|1)$/.test(environment['OVERDUE_ALLOW_PLAIN_HTTP'] ?? '')
}

/** A token in clear text over a network is given away. */
export function requireSafeUrl(url: string, mayBePlainHttp: boolean): void {
  const { protocol, hostname } = new URL(url)
  if (protocol === 'https:' || mayBePlainHttp || isLoopback(hostname)) return
  throw new UsageError(
    `${url} would carry the token in clear text: use https://, or --allow-plain-http where something else protects the way.`,
  )
}

/** Text of an API token. Never shows what it read. */
export async function readToken(file: string, io: Io): Promise<string> {
  const where = file === STDIN ? 'standard input' : file
  const content = file === STDIN ? await io.input.text() : await readText(file)
  return requireToken(content, where)
}

export function requireToken(content: string, where: string): string {
  const token = content.trim()
  if (parseSecret(token)?.kind === 'ovdt') return token
  throw new CliError(
    `${where} holds no API token (ovdt_...). "overdue-collector token create" makes one.`,
    EXIT.notAuthorised,
  )
}

export async function readCa(file: string): Promise<string> {
  const pem = await readText(file)
  if (pem.includes('-----BEGIN CERTIFICATE-----')) return pem
  throw new CliError(`${file} holds no PEM certificates.`, EXIT.usage)
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    throw new CliError(`Cannot read ${file}: ${error instanceof Error ? error.message : String(error)}`)
  }
}

function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname)
}
