// overdue-agent hook print TOOL: what to paste, so that a deploy ends with the truth on the dashboard.
import { nearest } from '../../shared/nearest.ts'
import { HOOK_TEXTS } from './hook-texts.ts'
import { HOOK_TOOLS, type HookTool } from './hook-tools.ts'
import { EXIT, type RunCommand, UsageError } from './io.ts'
import { parseFlags } from './parse-flags.ts'

// oxlint-disable-next-line require-await -- commands are asynchronous, and wrong use has to become a rejection
export const runHookPrint: RunCommand = async (argv, io) => {
  const words = argv.filter((word) => !word.startsWith('-'))
  const { json } = parseFlags(
    argv.filter((word) => word.startsWith('-')),
    { json: { type: 'boolean' } },
  )
  if (words.length > 1) throw new UsageError(`"${words[1]}" is not expected here: name one tool`)
  const [wanted] = words
  const answer = wanted === undefined ? HOOK_TOOLS.map(withoutText) : withText(toolNamed(wanted))
  if (json === true) io.stdout.write(`${JSON.stringify(answer, null, 2)}\n`)
  else io.stdout.write('text' in answer ? answer.text : listed())
  return EXIT.done
}

type Described = Omit<HookTool, 'file'>

function withoutText({ tool, place, summary }: HookTool): Described {
  return { tool, place, summary }
}

function withText(hook: HookTool): Described & { text: string } {
  return { ...withoutText(hook), text: HOOK_TEXTS[hook.file] ?? '' }
}

function toolNamed(wanted: string): HookTool {
  const found = HOOK_TOOLS.find(({ tool }) => tool === wanted)
  if (found !== undefined) return found
  const names = HOOK_TOOLS.map(({ tool }) => tool)
  const near = nearest(wanted, names)
  const hint = near === null ? `there is one for ${names.join(', ')}` : `did you mean "${near}"?`
  throw new UsageError(`there is no hook for "${wanted}"; ${hint}`)
}

function listed(): string {
  const width = Math.max(...HOOK_TOOLS.map(({ tool }) => tool.length))
  const lines = HOOK_TOOLS.map(({ tool, summary }) => `${tool.padEnd(width)}  ${summary}\n`)
  return `${lines.join('')}\n"overdue-agent hook print TOOL" prints the file to paste.\n`
}
