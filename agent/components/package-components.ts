// Versions of components out of the list of packages. Pure.
import type { Component } from '../../shared/sections/components.ts'
import type { Wanted } from './known.ts'

/**
 * `entries`: "libssl3:amd64=3.0.17-1~deb12u2 hold", or of rpm "openssl-libs=3.0.7-27.el9". One row for a version, however
 * many packages have it.
 */
export function componentsOfPackages(
  entries: readonly string[],
  wanted: readonly Wanted[],
  manager: 'dpkg' | 'rpm' = 'dpkg',
): Component[] {
  const found = new Map<string, Component>()
  for (const entry of entries) {
    const [full = '', rest = ''] = entry.split('=', 2)
    const [name = ''] = full.split(':', 1)
    const [version = ''] = rest.split(' ', 1)
    const one = wanted.find(({ packages, rpm = packages }) => (manager === 'rpm' ? rpm : packages).test(name))
    if (one === undefined || version === '') continue
    // Of a pattern that takes several packages each is told under its own name.
    const told = one.name.includes('*') ? name : one.name
    found.set(`${told} ${version}`, { name: told, version, source: 'package', path: null })
  }
  return [...found.values()]
}
