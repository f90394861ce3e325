// The kernel's mark for a file that has lost its name, d_path(): a file may also truly be called so, which is asked later.

const MARK = ' (deleted)'

/** The name before it was lost; null for a name without the mark, or nothing before it. */
export function withoutMark(name: string): string | null {
  return name.endsWith(MARK) && name.length > MARK.length ? name.slice(0, -MARK.length) : null
}
