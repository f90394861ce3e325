// A field with a list of options under it. A combobox as the ARIA Authoring Practices describe it: the focus stays in the
// field, arrows move through the list, Enter takes what is marked.

export class Combobox {
  #field
  #list
  #find
  #take
  #isAll
  #pauseMs
  #options = []
  /** Place of the marked option; -1: none, the field itself. */
  #active = -1
  #timer = 0
  /** Counts questions, so that an answer that comes late is not shown. */
  #turn = 0
  /** Enter came before the first option did. */
  #isTakenFirst = false

  /**
   * `find(show)` is called with what is written, and calls `show(options)` as often as it finds more; false: nobody waits
   * for it any more. An option is { text, note, … }. `take(option)` does what it is for.
   * `isAll`: the field is for nothing but the list, which stays open, and its first option is marked.
   */
  constructor({ field, list, find, take, isAll = false, pauseMs = 0 }) {
    this.#field = field
    this.#list = list
    this.#find = find
    this.#take = take
    this.#isAll = isAll
    this.#pauseMs = pauseMs
  }

  listen() {
    const [field, list] = [this.#field, this.#list]
    field.setAttribute('role', 'combobox')
    field.setAttribute('aria-autocomplete', 'list')
    field.setAttribute('aria-controls', list.id)
    field.setAttribute('aria-expanded', 'false')
    field.addEventListener('input', () => this.#onInput())
    field.addEventListener('keydown', (event) => this.#onKey(event))
    if (!this.#isAll) field.addEventListener('blur', () => this.close())
    // Pressing the button of the mouse would take the focus, and with it the list, before the click is one.
    list.addEventListener('mousedown', (event) => event.preventDefault())
    list.addEventListener('click', (event) => {
      const at = Array.from(list.children).indexOf(event.target.closest('[role="option"]'))
      if (at !== -1) this.#choose(this.#options[at])
    })
  }

  open() {
    const turn = ++this.#turn
    void this.#find((options) => {
      // Typed on meanwhile, or left.
      const isCurrent = turn === this.#turn && document.activeElement === this.#field
      if (isCurrent && options !== undefined) this.#show(options)
      return isCurrent
    })
  }

  close() {
    clearTimeout(this.#timer)
    this.#turn++
    this.#isTakenFirst = false
    this.#show([])
  }

  #onInput() {
    clearTimeout(this.#timer)
    this.#isTakenFirst = false
    if (this.#pauseMs === 0) this.open()
    else this.#timer = setTimeout(() => this.open(), this.#pauseMs)
  }

  /** An option that was marked and is still there stays marked: the list may come anew under the reader's fingers. */
  #show(found) {
    const marked = this.#options[this.#active]?.text
    this.#options = found
    this.#list.replaceChildren(...found.map((option, at) => optionNode(option, `${this.#list.id}-${at}`)))
    this.#list.hidden = found.length === 0
    this.#field.setAttribute('aria-expanded', String(!this.#list.hidden))
    const at = found.findIndex(({ text }) => text === marked)
    this.#mark(this.#isAll && found.length > 0 ? Math.max(at, 0) : at)
    if (this.#isTakenFirst && found.length > 0) this.#choose(found[0])
  }

  #onKey(event) {
    if (event.isComposing) return
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    const isOpen = !this.#list.hidden
    if (step !== undefined && isOpen) this.#move(step)
    else if (step !== undefined) this.open()
    else if (event.key === 'Escape' && isOpen && !this.#isAll) this.close()
    else if (event.key === 'Enter' && this.#active !== -1) this.#choose(this.#options[this.#active])
    else if (event.key === 'Enter' && this.#isAll) this.#isTakenFirst = true
    else return
    event.preventDefault()
  }

  /** Behind the last and before the first is the field itself, where it is for something. */
  #move(step) {
    const first = this.#isAll ? 0 : -1
    const places = this.#options.length - first
    this.#mark(((this.#active - first + step + places) % places) + first)
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

  #choose(option) {
    this.close()
    this.#take(option)
  }
}

function optionNode({ text, note }, id) {
  const node = document.createElement('li')
  node.id = id
  node.setAttribute('role', 'option')
  const word = document.createElement('span')
  word.textContent = text
  const aside = document.createElement('span')
  aside.className = 'note'
  aside.textContent = note
  node.append(word, ' ', aside)
  return node
}
