// `join-key create`, `token revoke`: a noun and what to do with it.
import { nearest } from '../../shared/nearest.ts'
import { UsageError, type Command, type Io } from './command.ts'

export type Action = (args: readonly string[], io: Io) => Promise<number>

export function subcommands(name: string, help: string, actions: Readonly<Record<string, Action>>): Command {
  return {
    help,
    async run([verb, ...args], io) {
      const action = verb !== undefined && Object.hasOwn(actions, verb) ? actions[verb] : undefined
      if (action !== undefined) return action(args, io)
      const known = Object.keys(actions)
      const guess = verb === undefined ? null : nearest(verb, known)
      if (guess !== null) throw new UsageError(`"${name} ${verb}" is not known. Did you mean "${name} ${guess}"?`)
      throw new UsageError(`Say what to do: ${name} ${known.join('|')}.`)
    },
  }
}
