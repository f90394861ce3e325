// Ctrl-K (⌘K on a Mac): go to any page, application or server by its name, or do what the page at hand offers. With a
// modifier it is no single-key shortcut (WCAG 2.1.4), so it stays on when those are off; a button at the foot opens it, too.
import { facetsOf, serversOf } from './ask.js'
import { Combobox } from './combobox.js'
import { pageActions } from './keys.js'
import { fitting, quoted } from './terms.js'

const SERVERS_MAX = 8
const APPLICATIONS_MAX = 4
/** Between two keys of somebody who types: the collector is asked when they rest. */
const PAUSE_MS = 120
const NOT_ASKED = 'Servers and applications could not be looked up.'

export function offerPalette() {
  const dialog = document.getElementById('palette')
  if (dialog !== null) new Palette(dialog).listen()
}

class Palette {
  #dialog
  #field
  #note
  #places
  #actions = []
  #box

  constructor(dialog) {
    this.#dialog = dialog
    this.#field = dialog.querySelector('input')
    this.#note = dialog.querySelector('[role="status"]')
    this.#places = JSON.parse(this.#field.dataset.places).map(([text, href, note]) => ({ text, note, href }))
    this.#box = new Combobox({
      field: this.#field,
      list: document.getElementById('palette-options'),
      find: (show) => this.#find(show),
      take: (option) => this.#take(option),
      isAll: true,
    })
  }

  listen() {
    this.#box.listen()
    document.addEventListener('keydown', (event) => {
      if (!isCall(event)) return
      event.preventDefault()
      if (event.repeat) return
      if (this.#dialog.open) this.#dialog.close()
      else this.#open()
    })
    document.getElementById('palette-open')?.addEventListener('click', () => this.#open())
    document.getElementById('palette-close').addEventListener('click', () => this.#dialog.close())
    // Beside the dialog is its backdrop, which counts as the dialog itself.
    this.#dialog.addEventListener('click', (event) => {
      if (event.target === this.#dialog) this.#dialog.close()
    })
    this.#dialog.addEventListener('close', () => this.#box.close())
  }

  /** What the page offers depends on the row that has the focus, which is lost as soon as the dialog is open. */
  #open() {
    for (const other of document.querySelectorAll('dialog[open]')) other.close()
    this.#actions = pageActions(this.#field.dataset.maySnooze !== undefined)
    this.#field.value = ''
    this.#dialog.showModal()
    this.#box.open()
  }

  /** What is known here at once, what the collector knows when it has answered. */
  async #find(show) {
    const text = this.#field.value.trim()
    this.#note.textContent = ''
    const here = [...this.#actions, ...this.#places]
    const fits = fitting(here, text, (option) => option.text, here.length)
    if (!show(fits) || text === '') return
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS))
    if (!show()) return
    const found = await lookUp(text)
    if (!show([...fits, ...(found ?? []), searchFor(text)])) return
    if (found === null) this.#note.textContent = NOT_ASKED
  }

  /** The focus goes back to where it was, so that a key's action meets the row that it was meant for. */
  #take({ href, act }) {
    this.#dialog.close()
    if (href === undefined) act()
    else location.assign(href)
  }
}

const isApple = /^(Mac|iP)/.test(navigator.platform)

/** On a Mac, Ctrl-K in a field cuts to the end of its line. */
function isCall({ key, ctrlKey, metaKey, altKey, shiftKey }) {
  const isHeld = isApple ? metaKey && !ctrlKey : ctrlKey && !metaKey
  return isHeld && !altKey && !shiftKey && key.toLowerCase() === 'k'
}

/** Null where the collector did not answer: that is not "nothing of this name". */
async function lookUp(text) {
  const name = quoted(text)
  const [servers, facets] = await Promise.all([serversOf(name, SERVERS_MAX), facetsOf(`app:*${name}*`)])
  if (servers === null || facets === null) return null
  return [...applicationOptions(facets.app.values, text), ...servers.map(serverOption)]
}

function applicationOptions(values, text) {
  const found = fitting(values, text, ({ value }) => value, APPLICATIONS_MAX)
  return found.map(({ value, count }) => ({
    text: value,
    note: count === 1 ? 'application of 1 server' : `application of ${count.toLocaleString('en')} servers`,
    href: applicationHref(value),
  }))
}

/** Browsers take the dots of "." and ".." out of an address: those two are searched for. */
function applicationHref(name) {
  return /^\.\.?$/.test(name) ? searchFor(`app:${name}`).href : `/apps/${encodeURIComponent(name)}`
}

function serverOption({ id, name, application }) {
  const note = application === null ? 'server' : `server of ${application}`
  return { text: name, note, href: `/servers/${encodeURIComponent(id)}` }
}

function searchFor(text) {
  return { text: `Search for ${text}`, note: 'in the fleet', href: `/?${new URLSearchParams({ q: text })}` }
}
