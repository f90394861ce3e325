// What a reader chose, kept in this browser. Where the browser keeps nothing the choice lasts as long as the page.

export function kept(name) {
  try {
    return localStorage.getItem(`overdue.${name}`)
  } catch {
    return null
  }
}

export function keep(name, value) {
  try {
    localStorage.setItem(`overdue.${name}`, value)
  } catch {
    // Storage is full or forbidden.
  }
}
