// Section `components`: versions of what operators care about, found without running any of it.
import Type from 'typebox'
import { COMPONENT_PATH_LENGTH_MAX, COMPONENTS_MAX, VERSION_LENGTH_MAX } from '../protocol/limits.ts'
import { orNull, packageName, shortText } from './text.ts'

/** `package`: dpkg or rpm installed it. `language-manager`: it lies where rbenv, nvm and their like put a version. */
const componentSource = Type.Union([Type.Literal('package'), Type.Literal('language-manager'), Type.Literal('unknown')])

export const component = Type.Object({
  name: packageName,
  /** Null where nothing but running it would tell. */
  version: orNull(Type.String({ minLength: 1, maxLength: VERSION_LENGTH_MAX, examples: ['3.2.2'] })),
  source: componentSource,
  /** Where it lies; null for packages. */
  path: orNull(Type.String({ minLength: 1, maxLength: COMPONENT_PATH_LENGTH_MAX })),
})
export type Component = Type.Static<typeof component>

export const componentsSection = Type.Object({
  /** By name, version and path. */
  components: Type.Array(component, { maxItems: COMPONENTS_MAX }),
  /** Why there may be more; null: everywhere was looked. */
  missing: orNull(shortText),
})
export type ComponentsSection = Type.Static<typeof componentsSection>
