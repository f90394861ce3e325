// What a path says of the program that lies there: the managers of languages have a folder for each version, and what is
// installed by hand often has one, too. Pure.
import type { Component } from '../../shared/sections/components.ts'
import type { Wanted } from './known.ts'

const VERSION = String.raw`v?(\d[\w.+~-]{0,63})`
type Manager = { name: string; folder: RegExp }

/** Where each puts the version `$1`. */
const MANAGERS: readonly Manager[] = [
  { name: 'passenger', folder: at(String.raw`gems/passenger-${VERSION}`) },
  { name: 'ruby', folder: at(String.raw`\.?rbenv/versions/${VERSION}`) },
  { name: 'ruby', folder: at(String.raw`\.?rvm/rubies/ruby-${VERSION}`) },
  { name: 'ruby', folder: at(String.raw`\.?rubies/ruby-${VERSION}`) },
  { name: 'ruby', folder: at(String.raw`(?:\.?asdf|mise)/installs/ruby/${VERSION}`) },
  { name: 'node', folder: at(String.raw`\.?nvm/versions/node/${VERSION}`) },
  { name: 'node', folder: at(String.raw`\.?nodenv/versions/${VERSION}`) },
  { name: 'node', folder: at(String.raw`n/versions/node/${VERSION}`) },
  { name: 'node', folder: at(String.raw`\.?volta/tools/image/node/${VERSION}`) },
  { name: 'node', folder: at(String.raw`\.?fnm/node-versions/${VERSION}`) },
  { name: 'node', folder: at(String.raw`(?:\.?asdf|mise)/installs/(?:nodejs|node)/${VERSION}`) },
  { name: 'python', folder: at(String.raw`\.?pyenv/versions/${VERSION}`) },
  { name: 'python', folder: at(String.raw`(?:\.?asdf|mise)/installs/python/${VERSION}`) },
  { name: 'php', folder: at(String.raw`\.?phpenv/versions/${VERSION}`) },
  { name: 'php', folder: at(String.raw`\.?phpbrew/php/php-${VERSION}`) },
  { name: 'java', folder: at(String.raw`\.?sdkman/candidates/java/${VERSION}`) },
]

/** hier(7): where people install what no package brings. What lies elsewhere is a package's, and told as one. */
const BY_HAND = /^\/(?:usr\/local|opt|srv|home|root|var\/lib|var\/www)\//
/** "/opt/redis-7.2.4/bin/redis-server", "/opt/node-v20.11.0-linux-x64/bin/node". */
const NAMED_FOLDER = /^\/(?:opt|srv|usr\/local)\/(?:[\w.-]+\/)?([A-Za-z]\w*)-v?(\d+(?:\.\d+)*)(?:-[\w.-]+)?(?:\/|$)/

/** Null: nothing that is known. `path`: of a program, or of the folder of a version. */
export function componentOfPath(path: string, wanted: readonly Wanted[]): Component | null {
  if (!BY_HAND.test(path)) return null
  const isWanted = (name: string) => wanted.some((one) => one.name === name)
  for (const { name, folder } of MANAGERS) {
    const match = folder.exec(path)
    if (match === null) continue
    const [, home = '', version = ''] = match
    return isWanted(name) ? { name, version, source: 'language-manager', path: home } : null
  }
  return byHand(path, wanted)
}

function byHand(path: string, wanted: readonly Wanted[]): Component | null {
  const program = path.slice(path.lastIndexOf('/') + 1)
  const byProgram = wanted.find(({ programs }) => programs.includes(program))
  const [, folder = '', version = null] = NAMED_FOLDER.exec(path) ?? []
  const byFolder = wanted.find(({ name, programs }) => name === folder || programs.includes(folder))
  const found = byProgram ?? (version === null ? undefined : byFolder)
  if (found === undefined) return null
  const isItsFolder = version !== null && byFolder?.name === found.name
  return { name: found.name, version: isItsFolder ? version : null, source: 'unknown', path }
}

/** `$1` the folder of the version, `$2` the version. */
function at(folder: string): RegExp {
  return new RegExp(`^(/(?:.*/)?${folder})(?:/|$)`)
}
