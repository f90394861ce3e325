// Changes to a JSON value that keep its structure: a wrong kind here, one element too many there.
import { mutateText } from './mutate-text.ts'
import { ODD_NUMBERS, ODD_TEXTS } from './odd-values.ts'
import type { Random } from './random.ts'

type Container = Record<string, unknown> | unknown[]
/** A place inside a value: `container[key]`. */
type Place = { container: Container; key: string }

/** A copy of `value` after one to three changes. */
export function mutateJson(value: unknown, random: Random): unknown {
  const holder: Record<string, unknown> = { root: structuredClone(value) }
  for (let left = 1 + random.below(3); left > 0; left--) changeSomewhere(holder, random)
  return holder['root']
}

function changeSomewhere(holder: Record<string, unknown>, random: Random): void {
  const places = placesOf(holder)
  const place = places.length === 0 ? { container: holder, key: 'root' } : random.pick(places)
  const kind = random.next()
  if (kind < 0.35) put(place, oddValue(random))
  else if (kind < 0.6) put(place, near(get(place), random))
  else if (kind < 0.75) remove(place)
  else if (kind < 0.85 && places.length > 0) put(place, structuredClone(get(random.pick(places))))
  else if (kind < 0.95) addKey(place, random)
  else put(place, grown(get(place), random))
}

function placesOf(container: Container): Place[] {
  return Object.entries(container).flatMap(([key, value]) => [
    { container, key },
    ...(value !== null && typeof value === 'object' ? placesOf(value as Container) : []),
  ])
}

function get({ container, key }: Place): unknown {
  return (container as Record<string, unknown>)[key]
}

/** As an own key, also for the name that would otherwise set a prototype. */
function put({ container, key }: Place, value: unknown): void {
  Object.defineProperty(container, key, { value, enumerable: true, configurable: true, writable: true })
}

function remove({ container, key }: Place): void {
  if (Array.isArray(container)) container.splice(Number(key), 1)
  else Reflect.deleteProperty(container, key)
}

function oddValue(random: Random): unknown {
  const makers = [
    () => null,
    () => random.chance(0.5),
    () => random.pick(ODD_NUMBERS),
    () => random.pick(ODD_TEXTS),
    () => [],
    () => ({}),
    () => [random.pick(ODD_TEXTS), random.pick(ODD_NUMBERS), null],
    () => ({ [random.pick(ODD_TEXTS)]: random.pick(ODD_TEXTS) }),
  ]
  return random.pick(makers)()
}

/** Something of the same kind: what gets past the first check. */
function near(value: unknown, random: Random): unknown {
  if (typeof value === 'string') return mutateText(value, random).slice(0, 4_096)
  if (typeof value === 'number')
    return random.chance(0.5) ? value + random.pick([-1, 1, 0.5, 1e3]) : random.pick(ODD_NUMBERS)
  if (typeof value === 'boolean') return !value
  return oddValue(random)
}

function addKey(place: Place, random: Random): void {
  const value = get(place)
  if (Array.isArray(value)) value.push(oddValue(random))
  else if (value !== null && typeof value === 'object') {
    put({ container: value as Container, key: random.pick(ODD_TEXTS) }, oddValue(random))
  }
}

/** More than a limit allows, in length or in depth. */
function grown(value: unknown, random: Random): unknown {
  if (typeof value === 'string') return value.repeat(1 + random.below(300))
  if (Array.isArray(value) && value.length > 0)
    return Array.from({ length: random.pick([33, 257, 1_001]) }, () => value[0])
  let nested = value
  for (let depth = random.below(20); depth > 0; depth--) nested = random.chance(0.5) ? [nested] : { a: nested }
  return nested
}
