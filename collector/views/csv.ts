// Comma-separated values as RFC 4180 has them, safe to open in a spreadsheet: host names, tags and package names come
// from machines that may not be friendly, and a cell that begins like a formula would be run as one.

/** What spreadsheets take for a formula, or skip before they do (OWASP, "CSV Injection"). */
const FORMULA_START = /^[=+\-@\t\r]/
const NEEDS_QUOTES = /[",\r\n]/

/** One line with its end. Null is an empty cell. */
export function csvLine(cells: readonly (string | number | boolean | null)[]): string {
  return `${cells.map(csvCell).join(',')}\r\n`
}

function csvCell(value: string | number | boolean | null): string {
  if (value === null) return ''
  const text = typeof value === 'string' && FORMULA_START.test(value) ? `'${value}` : String(value)
  return NEEDS_QUOTES.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
