// Suggestions under the search field: keys with what they ask, values with how many servers have them. A combobox as the
// ARIA Authoring Practices describe it: the focus stays in the field, arrows move through the list, Enter takes one.
import { fitting, termAt, textWithout, withKey, withValue } from './terms.js'

const OPTIONS_MAX = 8
const PAUSE_MS = 120

export function suggestTerms() {
  const field = document.querySelector('input[data-keys]')
  const list = document.getElementById('q-options')
  if (field !== null && list !== null) new Combobox(field, list, JSON.parse(field.dataset.keys)).listen()
}

class Combobox {
  #field
  #list
  #keys
  #options = []
  /** Place of the marked option; -1: none, the field itself. */
  #active = -1
  #timer = 0
  /** Counts questions, so that an answer that comes late is not shown. */
  #turn = 0

  /** `keys`: [name, what it asks, the words it takes or null]. */
  constructor(field, list, keys) {
    this.#field = field
    this.#list = list
    this.#keys = keys
  }

  listen() {
    const [field, list] = [this.#field, this.#list]
    field.setAttribute('role', 'combobox')
    field.setAttribute('aria-autocomplete', 'list')
    field.setAttribute('aria-controls', list.id)
    field.setAttribute('aria-expanded', 'false')
    field.addEventListener('input', () => {
      clearTimeout(this.#timer)
      this.#timer = setTimeout(() => void this.#open(), PAUSE_MS)
    })
    field.addEventListener('keydown', (event) => this.#onKey(event))
    field.addEventListener('blur', () => this.#close())
    // Pressing the button of the mouse would take the focus, and with it the list, before the click is one.
    list.addEventListener('mousedown', (event) => event.preventDefault())
    list.addEventListener('click', (event) => {
      const at = Array.from(list.children).indexOf(event.target.closest('[role="option"]'))
      if (at !== -1) this.#take(this.#options[at])
    })
  }

  async #open() {
    const field = this.#field
    const turn = ++this.#turn
    const term = this.#term()
    const found = term.key === null ? keyOptions(this.#keys, term) : await valueOptions(this.#keys, term, field.value)
    // Typed on meanwhile, or left.
    if (turn === this.#turn && document.activeElement === field) this.#show(found)
  }

  #term() {
    return termAt(this.#field.value, this.#field.selectionStart ?? this.#field.value.length)
  }

  /** An option that was marked and is still there stays marked: the list may come anew under the reader's fingers. */
  #show(found) {
    const marked = this.#options[this.#active]?.text
    this.#options = found
    this.#list.replaceChildren(...found.map(optionNode))
    this.#list.hidden = found.length === 0
    this.#field.setAttribute('aria-expanded', String(!this.#list.hidden))
    this.#mark(found.findIndex(({ text }) => text === marked))
  }

  #close() {
    clearTimeout(this.#timer)
    this.#turn++
    this.#show([])
  }

  #onKey(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    const isOpen = !this.#list.hidden
    if (step !== undefined && isOpen) this.#move(step)
    else if (step !== undefined) void this.#open()
    else if (event.key === 'Escape' && isOpen) this.#close()
    else if (event.key === 'Enter' && this.#active !== -1) this.#take(this.#options[this.#active])
    else return
    event.preventDefault()
  }

  /** Behind the last and before the first is the field itself. */
  #move(step) {
    const places = this.#options.length + 1
    this.#mark(((this.#active + 1 + step + places) % places) - 1)
  }

  #mark(active) {
    this.#active = active
    for (const [at, node] of Array.from(this.#list.children).entries()) {
      node.setAttribute('aria-selected', String(at === active))
    }
    const node = this.#list.children[active]
    if (node === undefined) this.#field.removeAttribute('aria-activedescendant')
    else this.#field.setAttribute('aria-activedescendant', node.id)
    node?.scrollIntoView({ block: 'nearest' })
  }

  #take({ value, isKey }) {
    const write = isKey ? withKey : withValue
    const next = write(this.#field.value, this.#term(), value)
    this.#field.value = next.text
    this.#field.setSelectionRange(next.caret, next.caret)
    this.#close()
    if (isKey) void this.#open()
  }
}

function keyOptions(keys, term) {
  return fitting(keys, term.part, ([name]) => name, OPTIONS_MAX).map(([name, asks]) => ({
    text: `${name}:`,
    note: asks,
    isKey: true,
    value: name,
  }))
}

async function valueOptions(keys, term, text) {
  const known = keys.find(([name]) => name === term.key)
  if (known === undefined) return []
  const counted = (await facetsOf(textWithout(text, term)))?.[term.key]?.values
  const values = counted ?? (known[2] ?? []).map((value) => ({ value, count: null }))
  return fitting(values, term.part, ({ value }) => value, OPTIONS_MAX).map(({ value, count }) => ({
    text: value,
    note: count === null ? '' : count.toLocaleString('en'),
    isKey: false,
    value,
  }))
}

function optionNode({ text, note }, at) {
  const node = document.createElement('li')
  node.id = `q-option-${at}`
  node.setAttribute('role', 'option')
  const word = document.createElement('span')
  word.textContent = text
  const aside = document.createElement('span')
  aside.className = 'note'
  aside.textContent = note
  node.append(word, ' ', aside)
  return node
}

/** Null where they cannot be had: the rest of the query may be wrong, or half written. */
async function facetsOf(query) {
  try {
    const answer = await fetch(`/api/v1/servers?${new URLSearchParams({ facets: '1', limit: '1', q: query })}`)
    return answer.ok ? (await answer.json()).facets : null
  } catch {
    return null
  }
}
