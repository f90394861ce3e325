// Brings the document on screen up to a fresh one from the server, touching only what differs. Rows keep their places:
// a list that reorders itself under a reader makes him click the wrong server.

/**
 * Replaces every region and every row that differs. Both documents must show their times at the same moment.
 * `asked`: ids the fresh document was asked for by name; one that it does not hold is gone. Unless it `isWhole` its list
 * holds only those, and of every other row its place and revision.
 * Returns { changed: ids of rows with a new revision, entered: ids a fresh load would add, unread: ids of rows that the
 * fresh document only says are newer, isReordered }; null: the whole document is needed.
 */
export function patchDocument(fresh, asked, isWhole) {
  // Before anything is replaced: a sentence that speaks of a server must not stand above a list without it.
  if (!isWhole && hasRows(document) !== hasRows(fresh)) return null
  holdHeights()
  for (const region of document.querySelectorAll('[data-region]')) {
    const next = fresh.querySelector(`[data-region="${region.dataset.region}"]`)
    if (next !== null && !region.isEqualNode(next)) swap(region, next)
  }
  const patched = patchList(fresh, asked, isWhole)
  // Last: a height that is asked for makes the browser lay out what has changed so far, and the rest once more.
  offerScrolling()
  return patched
}

/** An empty list and a table are different things: with nothing to keep in place, the fresh one is simply taken. */
function patchList(fresh, asked, isWhole) {
  if (hasRows(document) && hasRows(fresh)) return patchRows(fresh, asked)
  if (isWhole) takeFreshList(fresh)
  return { changed: [], entered: [], unread: [], isReordered: false }
}

/**
 * What stands above the list keeps the height it had, for as long as the window has its size: places are made for what
 * usually comes and goes, and what is longer than that must not push the rows away from under a mouse either.
 */
function holdHeights() {
  for (const place of steadyPlaces()) place.style.height ||= `${place.getBoundingClientRect().height}px`
}

function offerScrolling() {
  for (const place of steadyPlaces()) {
    const isCrowded = place.scrollHeight > place.clientHeight + 1
    place.classList.toggle('crowded', isCrowded)
    // Whoever has no mouse scrolls what has the focus.
    if (isCrowded) place.tabIndex = 0
    else place.removeAttribute('tabindex')
  }
}

/** From here on as high as what is in it: for a window of another size, and for whoever asked for a new order. */
export function releaseHeights() {
  for (const place of steadyPlaces()) {
    place.style.height = ''
    place.classList.remove('crowded')
    place.removeAttribute('tabindex')
  }
}

const steadyPlaces = () => document.querySelectorAll('[data-steady]')

/** Takes the fresh set and order of rows as it is. */
export function takeFreshList(fresh) {
  const list = document.querySelector('[data-list]')
  const next = fresh.querySelector('[data-list]')
  if (list !== null && next !== null && !list.isEqualNode(next)) swap(list, next)
  takePictures(fresh)
}

/** Pictures are of the list as it is in order: while another order is only offered they stay, too. */
function takePictures(fresh) {
  for (const section of document.querySelectorAll('[data-pictures]')) {
    const next = fresh.querySelector(`[data-pictures="${section.dataset.pictures}"]`)
    if (next !== null && !section.isEqualNode(next)) swap(section, next)
  }
}

function hasRows(root) {
  return root.querySelector('[data-rows]') !== null
}

export function idsOf(root) {
  return Array.from(root.querySelectorAll('[data-rows] > [data-key]:not(.gone)'), (row) => row.dataset.key)
}

function patchRows(fresh, asked) {
  const freshRows = new Map(Array.from(fresh.querySelectorAll('[data-key]'), (row) => [row.dataset.key, row]))
  const changed = []
  const unread = []
  for (const row of document.querySelectorAll('[data-rows] > [data-key]')) {
    const id = row.dataset.key
    const next = freshRows.get(id)
    const isNewer = next !== undefined && row.dataset.revision !== next.dataset.revision
    if (next === undefined) row.classList.toggle('gone', asked.has(id) || row.classList.contains('gone'))
    else if (next.dataset.known !== undefined) unread.push(...(isNewer ? [id] : []))
    else if (isNewer) {
      swap(row, next).classList.add('changed')
      changed.push(id)
    } else if (!row.isEqualNode(next)) swap(row, next)
  }
  const shown = idsOf(document)
  const listed = idsOf(fresh)
  const known = new Set(shown)
  const isReordered = shown.join() !== listed.join()
  if (!isReordered) takePictures(fresh)
  return { changed, entered: listed.filter((id) => !known.has(id)), unread, isReordered }
}

/** Focus stays on the link, button or heading it was on, and open stays open, where the new content has it too. */
function swap(old, next) {
  const focused = old.contains(document.activeElement) ? document.activeElement : null
  const node = document.importNode(next, true)
  for (const open of old.querySelectorAll('details[open][id]')) {
    const same = node.querySelector(`#${open.id}`)
    if (same !== null) same.open = true
  }
  old.replaceWith(node)
  if (focused !== null) sameElementIn(node, focused)?.focus({ preventScroll: true })
  return node
}

function sameElementIn(root, element) {
  const candidates = Array.from(root.querySelectorAll(element.tagName))
  if (element.id !== '') return candidates.find((candidate) => candidate.id === element.id)
  return candidates.find((candidate) => candidate.getAttribute('href') === element.getAttribute('href'))
}
