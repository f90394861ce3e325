// Single-key shortcuts. Never inside a field, never with a modifier, and they can be turned off (WCAG 2.1.4): speech and
// switch control type letters by accident. Everything they do can be done by Tab, too.
import { keep, kept } from './kept.js'
import { toggleRow } from './selection.js'

/** A "g" waits this long for what is to follow it. */
const SEQUENCE_MS = 1_500

const PLACES = { f: '/', a: '/#apps-title', h: '/history', s: '/settings' }
/** Each tells whether it did something: a key that did nothing is left to the browser. */
const ACTIONS = {
  '/': focusSearch,
  j: () => moveRow(1),
  k: () => moveRow(-1),
  x: () => toggleRow(currentRow()) || moveRow(1),
  c: copyCommand,
  s: snooze,
  r: resortList,
  '?': showHelp,
}

let goUntil = 0

export function listenToKeys() {
  const help = document.getElementById('keys')
  if (help === null) return
  document.addEventListener('keydown', onKey)
  document.getElementById('keys-open')?.addEventListener('click', showHelp)
  document.getElementById('keys-close').addEventListener('click', () => help.close())
  const choice = document.getElementById('keys-on')
  choice.checked = kept('keys') !== 'off'
  choice.addEventListener('change', () => keep('keys', choice.checked ? 'on' : 'off'))
  openForms()
  addEventListener('hashchange', openForms)
}

/** What can be done here and now, in words: { text, note, act }. `maySnooze`: the reader may, where there is a row. */
export function pageActions(maySnooze) {
  const name = currentRow()?.querySelector('th a')?.textContent
  const copied = copyButton()?.parentElement?.querySelector('code')?.textContent
  const resort = document.getElementById('resort')
  return [
    [name !== undefined && maySnooze, `Snooze ${name}`, snooze],
    [name === undefined && document.getElementById('snooze') !== null, 'Snooze this server', snooze],
    [copied !== undefined, `Copy ${copied}`, copyCommand],
    [resort !== null && !resort.hidden, 'Put the list in order again', resortList],
    [true, 'Keyboard shortcuts', showHelp],
  ]
    .filter(([isOffered]) => isOffered)
    .map(([, text, act]) => ({ text, note: 'on this page', act }))
}

function onKey(event) {
  if (isOthers(event)) return
  const act = actionOf(event.key)
  if (act?.() === true) event.preventDefault()
}

function isOthers(event) {
  if (event.defaultPrevented || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return true
  if (kept('keys') === 'off' || document.querySelector('dialog[open]') !== null) return true
  return event.target instanceof Element && event.target.closest('input, select, textarea, [contenteditable]') !== null
}

function actionOf(key) {
  const isGoing = performance.now() < goUntil
  goUntil = 0
  if (isGoing && Object.hasOwn(PLACES, key)) return () => go(PLACES[key])
  if (key === 'g') return waitForPlace
  return Object.hasOwn(ACTIONS, key) ? ACTIONS[key] : undefined
}

function waitForPlace() {
  goUntil = performance.now() + SEQUENCE_MS
  return true
}

function go(href) {
  location.assign(href)
  return true
}

function showHelp() {
  document.getElementById('keys').showModal()
  return true
}

function resortList() {
  return press(document.getElementById('resort'))
}

function focusSearch() {
  const field = document.querySelector('input[type="search"]')
  field?.focus()
  field?.select()
  return field !== null
}

const rowLinks = () => Array.from(document.querySelectorAll('[data-rows] > tr:not(.gone) th a'))
const currentRow = () => document.activeElement?.closest('[data-rows] > tr') ?? null

/** The row is the one whose link has the focus: Enter opens it, and Tab goes on from there. */
function moveRow(step) {
  const links = rowLinks()
  const at = links.indexOf(currentRow()?.querySelector('th a') ?? null)
  const next = at === -1 ? 0 : Math.min(Math.max(at + step, 0), links.length - 1)
  links[next]?.focus()
  return links.length > 0
}

function copyButton() {
  const buttons = Array.from(document.querySelectorAll('[data-copy]'))
  return buttons.find((button) => button.closest('[hidden]') === null) ?? null
}

function copyCommand() {
  return press(copyButton())
}

/** On the page of a server its form; in a list the page of the row, with its form open. */
function snooze() {
  const href = currentRow()?.querySelector('th a')?.href
  return href === undefined ? openForm('snooze') : go(`${href}#snooze`)
}

function openForms() {
  if (['#snooze', '#declare'].includes(location.hash)) openForm(location.hash.slice(1))
}

function openForm(id) {
  const details = document.getElementById(id)
  if (details === null) return false
  details.open = true
  details.querySelector('select, input:not([type="hidden"])')?.focus()
  return true
}

function press(button) {
  if (button === null || button.hidden || button.closest('[hidden]') !== null) return false
  button.click()
  return true
}
