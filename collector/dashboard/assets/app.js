// The page stays true while it is open: the event stream says that something changed, the page is read again, and what
// differs is patched in place. Without this file every page is complete; it is only as old as its last load.
import { offerPalette } from './command-palette.js'
import { copyTimesInUtc } from './copied-times.js'
import { copyOnClick } from './copy.js'
import { listenToKeys } from './keys.js'
import { idsOf, patchDocument, releaseHeights, takeFreshList } from './patch.js'
import { createRefresher } from './refresher.js'
import { restoreSelection, selectRows } from './selection.js'
import { createAnnouncer, offerOrder, showLive, showPaused, showSignedOut } from './status.js'
import { createStream } from './stream.js'
import { suggestTerms } from './suggest.js'
import { chooseTimes, tick, utcClockText } from './time.js'

/** Contacts are no changes and send no event: this keeps "last report" true, and stands in for a stream that fell. */
const POLL_MS = 30_000
/** A tab that nobody looks at only keeps its title right. */
const HIDDEN_POLL_MS = 60_000
/** Ids that fit into a request beside everything else (8 KiB of headers). */
const ALSO_MAX = 100

const page = document.documentElement.dataset
/** The collector's clock is the one that counts: the browser's may be wrong by hours. */
let dataAsOf = Number(page.now)
let clockOffsetMs = dataAsOf - Date.now()
let isStreamUp = false

/** Rows changed since the list was last in order. */
const changedIds = new Set()
/** Rows on screen that are older than what the server has of them. */
const unreadIds = new Set()
/** Rows on screen that the server no longer lists on this page; they are asked for by id. */
let strayIds = []
let askedIds = new Set()
let isOrderWanted = false

const announce = createAnnouncer()
const refresh = createRefresher({ urlOf, onFresh, onFailed })
const stream = createStream({ url: '/api/v1/events', onOpen, onChange, onReset: () => refreshIfSeen(), onLost })

/** `isWhole`: otherwise all but the rows that are on screen already, and those of them that changed. */
function urlOf(isWhole) {
  const url = new URL(location.href)
  url.hash = ''
  if (!isWhole) url.searchParams.set('part', 'changes')
  const wanted = isOrderWanted ? [] : isWhole ? [...strayIds, ...unreadIds] : [...unreadIds]
  askedIds = new Set(wanted.slice(0, ALSO_MAX))
  for (const id of askedIds) unreadIds.delete(id)
  if (askedIds.size > 0) url.searchParams.set('also', [...askedIds].join(','))
  return url.href
}

function onFresh(fresh, isWhole) {
  dataAsOf = Number(fresh.documentElement.dataset.now)
  clockOffsetMs = dataAsOf - Date.now()
  tick(document, dataAsOf)
  tick(fresh, dataAsOf)
  const isNewOrder = isOrderWanted && isWhole
  if (isNewOrder) putInOrder(fresh)
  const patched = patchDocument(fresh, askedIds, isWhole)
  if (isNewOrder) releaseHeights()
  restoreSelection()
  if (document.title !== fresh.title) document.title = fresh.title
  // An empty list became one with rows, or the other way round.
  if (patched === null) refresh({ isUrgent: true })
  else showOrder(fresh, patched)
  announce(patched?.changed.length ?? 0)
  if (isStreamUp) showLive()
  else showPaused(utcClockText(dataAsOf))
}

function showOrder(fresh, { changed, entered, unread, isReordered }) {
  for (const id of changed) changedIds.add(id)
  const listed = new Set(idsOf(fresh))
  const strays = idsOf(document).filter((id) => !listed.has(id))
  const left = strays.filter((id) => !strayIds.includes(id) && !askedIds.has(id))
  strayIds = strays
  for (const id of [...unread, ...left]) unreadIds.add(id)
  if (unreadIds.size > 0) refresh({ isWhole: false, isUrgent: true })
  if (!isReordered) changedIds.clear()
  offerOrder(isReordered ? Math.max(1, changedIds.size + entered.length) : 0)
}

function putInOrder(fresh) {
  isOrderWanted = false
  changedIds.clear()
  takeFreshList(fresh)
  document.getElementById('list-title')?.focus()
}

function onFailed(isSignedOut) {
  for (const id of askedIds) unreadIds.add(id)
  const asOf = utcClockText(dataAsOf)
  if (isSignedOut) showSignedOut(asOf, `/login?next=${encodeURIComponent(location.pathname + location.search)}`)
  else showPaused(asOf)
}

function onOpen() {
  isStreamUp = true
  // What happened before the stream stood was said to nobody.
  refreshIfSeen()
}

function onLost() {
  isStreamUp = false
  showPaused(utcClockText(dataAsOf))
  // Tells a lost connection from a session that ended.
  refreshIfSeen()
}

function onChange(server) {
  const isShown = page.page === 'server' ? server.id === page.server : idsOf(document).includes(server.id)
  if (page.page === 'server' && !isShown) return
  if (page.page === 'application' && !isShown && server.application !== page.application) return
  if (isShown) changedIds.add(server.id)
  if (isShown) unreadIds.add(server.id)
  refreshIfSeen({ isWhole: page.page === 'server', isUrgent: isShown })
}

/** Whoever comes back to a hidden page gets all of it read again: until then nobody looks. */
function refreshIfSeen(how = {}) {
  if (!document.hidden) refresh(how)
}

function onVisibility() {
  if (document.hidden) {
    stream.close()
    return
  }
  stream.open()
  refresh()
}

function poll() {
  refresh()
  setTimeout(poll, document.hidden ? HIDDEN_POLL_MS : POLL_MS)
}

function showTimes() {
  tick(document, Date.now() + clockOffsetMs)
}

/** A page that is as it was made, such as a form half filled in, is left alone but for its relative times. */
function followChanges() {
  document.getElementById('resort')?.addEventListener('click', () => {
    isOrderWanted = true
    refresh({ isUrgent: true })
  })
  document.addEventListener('visibilitychange', onVisibility)
  addEventListener('resize', releaseHeights)
  setTimeout(poll, POLL_MS)
  if (!document.hidden) stream.open()
}

copyOnClick()
listenToKeys()
selectRows()
suggestTerms()
offerPalette()
chooseTimes(showTimes)
copyTimesInUtc(showTimes)
setInterval(() => {
  if (!document.hidden) showTimes()
}, 1_000)
if (page.page !== 'still') followChanges()
