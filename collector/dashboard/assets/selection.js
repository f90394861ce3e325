// Rows that a reader selects, and the commands and the list that are about just these. A row that is patched stays
// selected; one that leaves the page does not: nobody should act on what he no longer sees.
import { nameTerm, shellWord } from './terms.js'

/** What a query may be long, and how many values it may have: see shared/protocol/limits.ts. */
const QUERY_LENGTH_MAX = 1_024
const CHOSEN_MAX = 64

/** Names by id, in the order in which they were selected. */
const chosen = new Map()
const byId = (id) => document.getElementById(id)
const boxOf = (row) => row.querySelector('[data-pick]')

export function selectRows() {
  if (byId('selection') === null) return
  document.addEventListener('change', ({ target }) => {
    if (target instanceof Element && target.matches('[data-pick]')) choose(target.closest('[data-key]'), target.checked)
  })
  byId('selection-clear').addEventListener('click', () => {
    chosen.clear()
    restoreSelection()
    byId('list-title')?.focus()
  })
  // The browser may have kept what was ticked before the page was loaded anew.
  restoreSelection()
}

/** Says whether it did something. */
export function toggleRow(row) {
  if (row === null || boxOf(row) === null) return false
  choose(row, !chosen.has(row.dataset.key))
  return true
}

/** To be called when rows were replaced. */
export function restoreSelection() {
  const rows = new Map(
    Array.from(document.querySelectorAll('[data-rows] > [data-key]'), (row) => [row.dataset.key, row]),
  )
  for (const id of chosen.keys()) if (!rows.has(id)) chosen.delete(id)
  for (const [id, row] of rows) mark(row, chosen.has(id))
  show()
}

function choose(row, isChosen) {
  const name = row.querySelector('th a').textContent
  const isFull = isChosen && !fits([...chosen.values(), name])
  if (!isChosen) chosen.delete(row.dataset.key)
  else if (!isFull) chosen.set(row.dataset.key, name)
  mark(row, chosen.has(row.dataset.key))
  show(isFull)
}

function fits(names) {
  return names.length <= CHOSEN_MAX && nameTerm(names).length <= QUERY_LENGTH_MAX
}

function mark(row, isChosen) {
  const box = boxOf(row)
  if (box !== null) box.checked = isChosen
  row.classList.toggle('chosen', isChosen)
}

function show(isFull = false) {
  const bar = byId('selection')
  if (bar === null) return
  bar.hidden = chosen.size === 0
  document.documentElement.classList.toggle('selecting', chosen.size > 0)
  const many = chosen.size === 1 ? '1 server selected' : `${chosen.size} servers selected`
  byId('selection-count').textContent = isFull ? `${many}; no more than that at once` : many
  const query = nameTerm([...chosen.values()])
  byId('selection-refresh').textContent = `overdue refresh ${shellWord(query)} --wait`
  byId('selection-snooze').textContent = `overdue snooze ${shellWord(query)} --for 3d --reason "why"`
  const kept = new URLSearchParams(location.search).get('cols')
  byId('selection-list').href = `/?${new URLSearchParams({ q: query, ...(kept === null ? {} : { cols: kept }) })}`
}
