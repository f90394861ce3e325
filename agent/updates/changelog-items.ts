// The items of changelog entries, and which of the CVEs they name they fixed. Pure.
//
// An item is what a bullet begins, over as many lines as it takes; deeper ones belong to it. "Dropped changes, included
// upstream:" speaks of everything below it. Where several entries speak of an id, the newest that fixed it or took its fix
// back counts; one that only mentions it, because of a regression or a patch no longer needed, says nothing.

/** "CVE-2017-1000364/1000366" are two. Before 2005 candidates were named CAN. */
const IDS = /\b(?:CVE|CAN)-(\d{4})-(\d{4,7}(?:\/\d{4,7})*)(?!\d)/gi
const BULLET = /^( +)[*+-] +(.*)$/
/** "debian/patches/CVE-2024-1.patch: ..." names what the rest is about. */
const LED = /^(?:[^\s:]+: +)?/
const TAKEN_BACK = /^(?:temporarily |partially )?revert/i
/** What was dropped is a patch, and not, say, a privilege. */
const NAMED_ONLY =
  /^(?:(?:drop(?:ped|s)?|removed?)(?:$|[,.;:]|\s+(?:CVE|CAN)-|\b.{0,60}\b(?:patch(?:es)?|changes?|applied|upstream)\b)|(?:refresh|rediff|unfuzz))/i
/** As in "SECURITY REGRESSION: ...". */
const REGRESSION = /\bregressions?\b/i

type Meaning = 'fixes' | 'takes-back' | 'names'
type Item = { indent: number; text: string; above: Meaning }

export class ChangelogItems {
  readonly #said = new Map<string, 'fixes' | 'takes-back'>()
  /** The item of the line before, and those it lies in. */
  #open: Item[] = []

  take(line: string): void {
    if (line.startsWith(' -- ')) return
    const [, spaces, text] = BULLET.exec(line) ?? []
    if (spaces === undefined || text === undefined) this.#goOn(line)
    else this.#begin(spaces.length, text)
  }

  endEntry(): void {
    while (this.#open.length > 0) this.#close()
  }

  fixed(): string[] {
    return [...this.#said].flatMap(([id, meaning]) => (meaning === 'fixes' ? [id] : [])).sort(byYearAndNumber)
  }

  #begin(indent: number, text: string): void {
    while ((this.#open.at(-1)?.indent ?? -1) >= indent) this.#close()
    const outer = this.#open.at(-1)
    this.#open.push({ indent, text, above: outer === undefined ? 'fixes' : meaningOf(outer) })
  }

  /** Text without a bullet is an item of its own where none is open: old entries are written so. */
  #goOn(line: string): void {
    const text = line.trim()
    const last = this.#open.at(-1)
    if (text === '') this.endEntry()
    else if (last === undefined) this.#open.push({ indent: 0, text, above: 'fixes' })
    // The rest of an endless line fixes nothing that its beginning does not name.
    else if (last.text.length < ITEM_LENGTH_MAX) last.text += ` ${text}`
    else this.#restart(last, text)
  }

  #restart(item: Item, text: string): void {
    const above = meaningOf(item)
    this.#close()
    this.#open.push({ indent: item.indent, text, above })
  }

  #close(): void {
    const item = this.#open.pop()
    if (item === undefined) return
    const meaning = meaningOf(item)
    if (meaning === 'names') return
    for (const id of idsIn(item.text)) if (!this.#said.has(id)) this.#said.set(id, meaning)
  }
}

/** Characters that are kept of one item before it is looked at in parts. */
const ITEM_LENGTH_MAX = 4_096

function meaningOf({ text, above }: Item): Meaning {
  if (above !== 'fixes') return above
  const words = text.replace(LED, '')
  if (TAKEN_BACK.test(text) || TAKEN_BACK.test(words)) return 'takes-back'
  if (NAMED_ONLY.test(text) || NAMED_ONLY.test(words) || REGRESSION.test(text)) return 'names'
  return 'fixes'
}

function idsIn(text: string): string[] {
  return Array.from(text.matchAll(IDS)).flatMap(([, year = '', numbers = '']) =>
    numbers.split('/').map((number) => `CVE-${year}-${number}`),
  )
}

/** The newest first: it is the one people have heard of, and the one that stays where only some are kept. */
function byYearAndNumber(a: string, b: string): number {
  const [left, right] = [a, b].map((id) => id.split('-').map(Number)) as [number[], number[]]
  return (right[1] ?? 0) - (left[1] ?? 0) || (right[2] ?? 0) - (left[2] ?? 0)
}
