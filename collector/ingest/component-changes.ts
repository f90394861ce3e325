// What history says of components: which of them are of other versions than before. Pure.
import type { HistoryEvent } from '../../shared/judgement/transition.ts'
import type { Component, ComponentsSection } from '../../shared/sections/components.ts'

/** A host that is moved to another set of tools changes dozens; as many are told. */
const EVENTS_MAX = 30

/** [] where nothing differs. What was not seen because somebody could not look neither came nor went. */
export function componentEvents(before: ComponentsSection, after: ComponentsSection): HistoryEvent[] {
  const isWhole = before.missing === null && after.missing === null
  const [was, is] = [before, after].map(({ components }) =>
    versionsOf(isWhole ? components : components.filter(isPackage)),
  )
  const names = new Set([...(was?.keys() ?? []), ...(is?.keys() ?? [])])
  return [...names]
    .sort()
    .map((name) => ({ name, from: was?.get(name) ?? null, to: is?.get(name) ?? null }))
    .filter(({ from, to }) => from !== to)
    .slice(0, EVENTS_MAX)
    .map((data) => ({ type: 'component-changed', cause: null, data }))
}

function isPackage({ source }: Component): boolean {
  return source === 'package'
}

/** "3.1.2, 3.2.2": all versions of each name that are known. */
function versionsOf(components: readonly Component[]): Map<string, string> {
  const versions = new Map<string, Set<string>>()
  for (const { name, version } of components) {
    if (version !== null) versions.set(name, (versions.get(name) ?? new Set()).add(version))
  }
  return new Map([...versions].map(([name, found]) => [name, [...found].sort().join(', ')]))
}
