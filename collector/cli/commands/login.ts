// overdue login: asks for a token, tries it, and keeps both for the commands that follow.
import { join, resolve } from 'node:path'
import { paths } from '../../../shared/protocol/paths.ts'
import { UsageError } from '../cli-error.ts'
import { Client } from '../client.ts'
import { CONNECTION_FLAGS, isSet, JSON_FLAG, text, type Command, type Flags } from '../command.ts'
import { configDirectory, writePrivately, writeSavedLogin } from '../config-file.ts'
import { mayBePlain, normalUrl, readCa, readToken, requireSafeUrl, requireToken } from '../connection.ts'
import { EXIT, type Io } from '../io.ts'
import { printJson, tell } from '../print.ts'

const { url: _url, ...FLAGS } = CONNECTION_FLAGS

export const login: Command = {
  help: `Examples
  overdue login https://overdue.example:8480
  overdue login https://overdue.example:8480 --token-file - < token
  overdue login https://10.0.0.5:8480 --ca-file ./ca.pem

Asks for an API token ("overdue-collector token create" makes one), tries it, and keeps it in a file only you can read.
What follows asks this collector, until the next login.

  --token-file FILE   read the token from FILE instead of asking; - reads standard input
  --ca-file FILE      PEM of the authority the collector's certificate comes from
  --allow-plain-http  the way there is protected by something else
  --json              one JSON document on standard output

Kept in $XDG_CONFIG_HOME/overdue (~/.config/overdue): config.toml and token.`,
  flags: { ...FLAGS, ...JSON_FLAG },
  wordsMax: 1,

  async run({ words, flags, io }) {
    const [given] = words
    if (given === undefined) throw new UsageError('Say where: overdue login https://overdue.example:8480.')
    const url = normalUrl(given)
    const allowPlainHttp = mayBePlain(flags, io.environment)
    requireSafeUrl(url, allowPlainHttp)
    const caFile = text(flags, 'ca-file')
    const ca = caFile === null ? null : await readCa(caFile)
    const token = await askToken(flags, io)
    await new Client({ url, token, ca, environment: io.environment }, io.interrupted).read(paths.summary())

    const tokenFile = join(configDirectory(io.environment), 'token')
    await writePrivately(tokenFile, `${token}\n`)
    const configFile = await writeSavedLogin(io.environment, {
      url,
      tokenFile,
      ...(caFile === null ? {} : { caFile: resolve(caFile) }),
      ...(allowPlainHttp ? { allowPlainHttp } : {}),
    })
    if (isSet(flags, 'json')) await printJson(io, { url, configFile, tokenFile })
    await tell(io, `Logged in to ${url}.`)
    return EXIT.done
  },
}

async function askToken(flags: Flags, io: Io): Promise<string> {
  const file = text(flags, 'token-file')
  if (file !== null) return await readToken(file, io)
  if (!io.input.isTerminal)
    throw new UsageError('No terminal to ask for the token: give --token-file FILE, or - for standard input.')
  return requireToken((await io.input.ask('API token (not shown): ', true)) ?? '', 'What you typed')
}
