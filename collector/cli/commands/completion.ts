// overdue completion SHELL: what makes a shell complete commands, their flags, and the keys of a query.
import { KEY_NAMES } from '../../../shared/query/keys.ts'
import { UsageError } from '../cli-error.ts'
import type { Command, Commands } from '../command.ts'
import { EXIT } from '../io.ts'
import { printText } from '../print.ts'

/** Of these commands, itself among them. */
export function completionOf(commands: Commands): Command {
  return {
    help: `Examples
  overdue completion bash > ~/.local/share/bash-completion/completions/overdue
  overdue completion zsh > "\${fpath[1]}/_overdue"
  overdue completion fish > ~/.config/fish/completions/overdue.fish

Prints the script of a shell.`,
    flags: {},
    wordsMax: 1,

    async run({ words, io }) {
      const [shell] = words
      const script = shell !== undefined && Object.hasOwn(SCRIPTS, shell) ? SCRIPTS[shell] : undefined
      if (script === undefined)
        throw new UsageError(`Say for which shell: overdue completion ${Object.keys(SCRIPTS).join('|')}.`)
      await printText(io, script(await knownWords(commands)))
      return EXIT.done
    },
  }
}

/** Words that follow a command at once. */
const SECOND_WORDS: Readonly<Record<string, readonly string[]>> = {
  policy: ['show', 'preview', 'set'],
  export: ['servers', 'history'],
  completion: ['bash', 'zsh', 'fish'],
  api: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'],
}
/** Commands that take a query. */
const ASKING = ['list', 'history', 'tail', 'refresh', 'forget']

type Known = { name: string; summary: string; words: readonly string[] }

async function knownWords(commands: Commands): Promise<Known[]> {
  const known = Object.entries(commands).map(async ([name, { summary, load }]) => {
    const flags = Object.keys((await load()).flags).map((flag) => `--${flag}`)
    const keys = ASKING.includes(name) ? KEY_NAMES.map((key) => `${key}:`) : []
    return { name, summary, words: [...(SECOND_WORDS[name] ?? []), ...keys, ...flags, '--help'] }
  })
  return [
    ...(await Promise.all(known)),
    { name: 'help', summary: 'how to use a command', words: Object.keys(commands) },
  ]
}

const SCRIPTS: Readonly<Record<string, (known: readonly Known[]) => string>> = { bash, zsh, fish }

function bash(known: readonly Known[]): string {
  const cases = known.map(({ name, words }) => `    ${name}) words='${words.join(' ')}' ;;`)
  return `# bash completion of overdue
_overdue() {
  local current=\${COMP_WORDS[COMP_CWORD]} words
  case \${COMP_CWORD}:\${COMP_WORDS[1]} in
    1:*) words='${known.map(({ name }) => name).join(' ')}' ;;
    *) case \${COMP_WORDS[1]} in
${cases.map((line) => `    ${line.trimStart()}`).join('\n')}
    esac ;;
  esac
  mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
  [[ \${COMPREPLY[0]} == *: ]] && compopt -o nospace
}
complete -o default -F _overdue overdue`
}

function zsh(known: readonly Known[]): string {
  const commands = known.map(
    ({ name, summary }) => `    '${name}:${summary.replaceAll("'", '').replaceAll(':', ' -')}'`,
  )
  const cases = known.map(({ name, words }) => `    ${name}) compadd -- ${words.join(' ')} ;;`)
  return `#compdef overdue
_overdue() {
  local -a commands
  commands=(
${commands.join('\n')}
  )
  if (( CURRENT == 2 )); then
    _describe command commands
    return
  fi
  case \${words[2]} in
${cases.join('\n')}
  esac
}
_overdue "$@"`
}

function fish(known: readonly Known[]): string {
  const lines = known.flatMap(({ name, summary, words }) => [
    `complete -c overdue -f -n __fish_use_subcommand -a ${name} -d '${summary.replaceAll("'", '')}'`,
    `complete -c overdue -f -n '__fish_seen_subcommand_from ${name}' -a '${words.join(' ')}'`,
  ])
  return `# fish completion of overdue\n${lines.join('\n')}`
}
