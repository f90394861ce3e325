// What only the text of nft says (`nft -t list ruleset`, without elements): to which interfaces an ingress chain belongs,
// and which tables are dormant. nft 1.0.6 leaves the first out of its JSON and garbles the second. Pure.

export type TableNote = { isDormant: boolean; devices: ReadonlyMap<string, readonly string[]> }
/** By family and name, "inet filter". */
export type TableNotes = ReadonlyMap<string, TableNote>

export function parseTerse(text: string): TableNotes {
  const notes = new Map<string, { isDormant: boolean; devices: Map<string, string[]> }>()
  let note = { isDormant: false, devices: new Map<string, string[]>() }
  let chain = ''
  for (const line of text.split('\n')) {
    const table = /^table (\S+) (\S+) \{/.exec(line)
    if (table !== null) {
      note = { isDormant: false, devices: new Map() }
      notes.set(`${table[1]} ${table[2]}`, note)
    }
    if (/^\tflags .*\bdormant\b/.test(line)) note.isDormant = true
    chain = /^\tchain (\S+) \{/.exec(line)?.[1] ?? chain
    const devices = /^\t\ttype \w+ hook ingress devices? (?:= )?(\{[^}]*\}|"[^"]*"|\S+) /.exec(line)?.[1]
    if (devices !== undefined) note.devices.set(chain, namesIn(devices))
  }
  return notes
}

/** `"eth0"`, `{ eth0, eth1 }`. */
function namesIn(text: string): string[] {
  return text
    .replaceAll(/[{}"]/g, ' ')
    .split(/[\s,]+/)
    .filter(Boolean)
}
