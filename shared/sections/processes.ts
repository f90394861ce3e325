// Section `processes`: which processes still run code that was replaced on disk, and what brings them to the new one.
import Type from 'typebox'
import {
  OUTDATED_COMMAND_LENGTH_MAX,
  OUTDATED_FILE_LENGTH_MAX,
  OUTDATED_GROUPS_MAX,
  OUTDATED_NAMES_MAX,
  OUTDATED_PIDS_MAX,
} from '../protocol/limits.ts'
import { nameText, orNull, packageName, shortText } from './text.ts'

/**
 * What ends the old code. `restart`: its unit, or the process itself where it has none. `reexec`: systemd executes itself
 * anew. `relogin`: whoever is logged in does so again. `container`: the container or virtual machine is restarted.
 * `reboot`: nothing less is safe. `never-alone`: a restart cuts off people or loses work, so a person decides when.
 */
export const remedy = Type.Union([
  Type.Literal('restart'),
  Type.Literal('reexec'),
  Type.Literal('relogin'),
  Type.Literal('container'),
  Type.Literal('reboot'),
  Type.Literal('never-alone'),
])
export type Remedy = Type.Static<typeof remedy>

export const outdatedGroup = Type.Object({
  /** Processes that differ in nothing but their number. */
  pids: Type.Array(Type.Integer({ minimum: 1, maximum: 2 ** 31 }), { minItems: 1, maxItems: OUTDATED_PIDS_MAX }),
  /** How many there are besides those numbered; missing: none. */
  more: Type.Optional(Type.Integer({ minimum: 1, maximum: 2 ** 31 })),
  /** The unit, or the session, that holds them; missing where none does. */
  unit: Type.Optional(nameText),
  /** The container they run in; its files are not this host's. */
  container: Type.Optional(nameText),
  /** The program's file name. */
  command: Type.String({ minLength: 1, maxLength: OUTDATED_COMMAND_LENGTH_MAX, examples: ['nginx'] }),
  /** Its name, or number where it has none; null where that could not be read. */
  user: orNull(Type.String({ minLength: 1, maxLength: OUTDATED_COMMAND_LENGTH_MAX, examples: ['root'] })),
  /** From which the replaced files came; [] where no package lists them. */
  packages: Type.Array(packageName, { maxItems: OUTDATED_NAMES_MAX }),
  files: Type.Array(Type.String({ minLength: 1, maxLength: OUTDATED_FILE_LENGTH_MAX }), {
    maxItems: OUTDATED_NAMES_MAX,
  }),
  remedy,
  /** There only for files that no package of this host lists: they were replaced by hand, or in a container. */
  isLocal: Type.Optional(Type.Literal(true)),
})
export type OutdatedGroup = Type.Static<typeof outdatedGroup>

export const processesSection = Type.Object({
  /** Those that run replaced packages first, then by unit and command. */
  outdated: Type.Array(outdatedGroup, { maxItems: OUTDATED_GROUPS_MAX }),
  /** How many processes run what packages replaced; those named may be fewer. */
  count: Type.Integer({ minimum: 0, maximum: 2 ** 31 }),
  /** Why there may be more than were found; null: every process was looked at. */
  missing: orNull(shortText),
})
export type ProcessesSection = Type.Static<typeof processesSection>
