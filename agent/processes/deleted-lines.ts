// Finds the lines of a long text that end in the kernel's mark, in the bytes: of a thousand processes hardly one has any,
// and to make strings of all their lines would be most of what a scan costs. Pure.

const MARKED_END = Buffer.from(' (deleted)\n')
const LINE_FEED = 10
/** A path has 4,096 bytes at most, of which each may be printed as four. */
const LINE_BYTES_MAX = 32 * 1024

export class DeletedLines {
  /** The beginning of a line that the next piece goes on with. */
  #rest = Buffer.alloc(0)

  /** Marked lines that end in this piece, without their line feeds. */
  take(piece: Buffer): string[] {
    const text = this.#rest.length === 0 ? piece : Buffer.concat([this.#rest, piece])
    const end = text.lastIndexOf(LINE_FEED) + 1
    const rest = text.subarray(end)
    // The piece's memory is used again; a line that long is no line of the kernel's.
    this.#rest = rest.length > LINE_BYTES_MAX ? Buffer.alloc(0) : Buffer.from(rest)
    return markedLines(text.subarray(0, end))
  }
}

function markedLines(text: Buffer): string[] {
  const lines: string[] = []
  for (let at = text.indexOf(MARKED_END); at !== -1; at = text.indexOf(MARKED_END, at + 1)) {
    const start = at === 0 ? 0 : text.lastIndexOf(LINE_FEED, at - 1) + 1
    lines.push(text.toString('utf8', start, at + MARKED_END.length - 1))
  }
  return lines
}
