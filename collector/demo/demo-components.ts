// Versions of what operators care about on an invented server: what its distribution brings, and what teams put beside it.
import type { Component, ComponentsSection } from '../../shared/sections/components.ts'
import type { DemoSystem } from './demo-changes.ts'

const NGINX: Record<DemoSystem, string> = {
  'debian-12': '1.22.1-9+deb12u3',
  'debian-13': '1.26.3-3+deb13u1',
  'ubuntu-24.04': '1.24.0-2ubuntu7.5',
}
const PYTHON: Record<DemoSystem, string> = {
  'debian-12': '3.11.2-6+deb12u6',
  'debian-13': '3.13.5-2',
  'ubuntu-24.04': '3.12.3-1ubuntu0.8',
}
const POSTGRESQL: Record<DemoSystem, string> = {
  'debian-12': '15.14-0+deb12u1',
  'debian-13': '17.6-0+deb13u1',
  'ubuntu-24.04': '16.10-0ubuntu0.24.04.1',
}
const NODE: Component = {
  name: 'node',
  version: '22.11.0',
  source: 'language-manager',
  path: '/home/deploy/.nvm/versions/node/v22.11.0',
}

/** `chance(salt, of)`: a whole number below `of`; the same for the same server. By name, version and path. */
export function demoComponents(
  chance: (salt: number, of: number) => number,
  system: DemoSystem,
  unit: string,
): ComponentsSection {
  const found: Component[] = []
  if (unit.startsWith('nginx')) found.push(packaged('nginx', NGINX[system]))
  if (chance(53, 6) === 0) found.push(NODE)
  if (unit.startsWith('postgresql')) found.push(packaged('postgresql', POSTGRESQL[system]))
  found.push(packaged('python', PYTHON[system]))
  if (chance(54, 4) === 0) found.push(...[3, 5].slice(chance(55, 2)).map(ruby))
  const missing = chance(56, 30) === 0 ? 'EACCES: /home/deploy' : null
  return { components: found, missing }
}

function packaged(name: string, version: string): Component {
  return { name, version, source: 'package', path: null }
}

function ruby(patch: number): Component {
  const version = `3.3.${patch}`
  return { name: 'ruby', version, source: 'language-manager', path: `/home/deploy/.rbenv/versions/${version}` }
}
