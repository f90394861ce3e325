// Suggestions under the search field: keys with what they ask, values with how many servers have them.
import { facetsOf } from './ask.js'
import { Combobox } from './combobox.js'
import { fitting, termAt, textWithout, withKey, withValue } from './terms.js'

const OPTIONS_MAX = 8
const PAUSE_MS = 120

export function suggestTerms() {
  const field = document.querySelector('input[data-keys]')
  const list = document.getElementById('q-options')
  if (field === null || list === null) return
  const keys = JSON.parse(field.dataset.keys)
  const term = () => termAt(field.value, field.selectionStart ?? field.value.length)
  const suggestions = new Combobox({
    field,
    list,
    pauseMs: PAUSE_MS,
    find: async (show) => show(await optionsFor(keys, term(), field.value)),
    take: ({ value, isKey }) => {
      const next = (isKey ? withKey : withValue)(field.value, term(), value)
      field.value = next.text
      field.setSelectionRange(next.caret, next.caret)
      if (isKey) suggestions.open()
    },
  })
  suggestions.listen()
}

/** `keys`: [name, what it asks, the words it takes or null]. */
function optionsFor(keys, term, text) {
  return term.key === null ? keyOptions(keys, term) : valueOptions(keys, term, text)
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
