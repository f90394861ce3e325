// Writes agent/commands/hook-texts.ts from scripts/examples/hooks/: the agent is one file, and prints these texts where
// no repository is. A test holds the two equal.
import { readFileSync, writeFileSync } from 'node:fs'
import { HOOK_TOOLS } from '../agent/commands/hook-tools.ts'

export const HOOKS_FOLDER = 'scripts/examples/hooks'
export const HOOK_TEXTS_MODULE = 'agent/commands/hook-texts.ts'

const HEAD = `// What "hook print" prints. Written by scripts/hook-texts.ts from ${HOOKS_FOLDER}/: change the files there, then
// "npm run golden".

export const HOOK_TEXTS: Readonly<Record<string, string>> = {
`

/** The module's text. */
export function hookTextsModule(): string {
  const entries = HOOK_TOOLS.map(
    ({ file }) => `  '${file}': ${literal(readFileSync(`${HOOKS_FOLDER}/${file}`, 'utf8'))},\n`,
  )
  return `${HEAD}${entries.join('')}}\n`
}

/** As a template literal: the text stays readable, line by line. */
function literal(text: string): string {
  return `\`${text.replaceAll(/[\\`]|\$(?=\{)/g, '\\$&')}\``
}

if (import.meta.main) writeFileSync(HOOK_TEXTS_MODULE, hookTextsModule())
