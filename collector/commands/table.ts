// Rows of text in columns, for a terminal.

/** The first row is the heading. Empty cells show as "-". */
export function table(rows: readonly (readonly string[])[]): string {
  const clean = rows.map((row) => row.map((cell) => printable(cell) || '-'))
  const widths = (clean[0] ?? []).map((_, column) => Math.max(...clean.map((row) => row[column]?.length ?? 0)))
  return clean
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

/** Names are other people's text: control characters could move the cursor and rewrite what a terminal shows. */
function printable(cell: string): string {
  return cell.replaceAll(/[\p{Cc}\p{Cf}]/gu, '?')
}
