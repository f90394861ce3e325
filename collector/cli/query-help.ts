// What may stand in a QUERY, from the one table the parser reads.
import { QUERY_KEYS } from '../../shared/query/keys.ts'

const WIDTH = 32

const lines = Object.values(QUERY_KEYS).map(({ example, asks }) => `    ${example.padEnd(WIDTH)}${asks}`)

export const QUERY_HELP = `QUERY: terms side by side must all hold, a comma means "or", - in front "not", * any text; a word without key is part
of a name. Quote it, so that the shell leaves it alone.
${lines.join('\n')}`
