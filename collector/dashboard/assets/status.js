// What the page says about itself: live or paused, how many changed, and the same for those who listen.

const ANNOUNCE_MS = 10_000
const byId = (id) => document.getElementById(id)

export function showLive() {
  mark('live', 'Live')
  byId('paused').hidden = true
}

/** `asOf`: "10:22:07 UTC", when the data on screen was true. */
export function showPaused(asOf) {
  mark('paused', 'Paused')
  say(`Live updates paused, data as of ${asOf}.`)
}

export function showSignedOut(asOf, loginUrl) {
  const link = document.createElement('a')
  link.href = loginUrl
  link.textContent = 'Sign in again'
  mark('paused', 'Signed out')
  say(`You are signed out, data as of ${asOf}. `, link)
}

/** `count` rows changed so that another order would be right; 0 hides the offer. */
export function offerOrder(count) {
  const button = byId('resort')
  if (button === null) return
  button.hidden = count === 0
  button.textContent = `${count} changed – re-sort`
}

/** Returns `announce(changedCount)`: at most one sentence in ten seconds, or a screen reader says nothing else. */
export function createAnnouncer() {
  let waiting = 0
  let timer = 0
  let earliest = 0
  let lastSentence = sentence()

  function speak() {
    timer = 0
    earliest = performance.now() + ANNOUNCE_MS
    const count = waiting === 0 ? '' : waiting === 1 ? 'One server changed. ' : `${waiting} servers changed. `
    waiting = 0
    lastSentence = sentence()
    byId('announcer').textContent = count + lastSentence
  }

  return function announce(changedCount) {
    waiting += changedCount
    if (timer !== 0 || (waiting === 0 && sentence() === lastSentence)) return
    timer = setTimeout(speak, Math.max(0, earliest - performance.now()))
  }
}

function sentence() {
  return document.querySelector('[data-sentence]')?.textContent ?? ''
}

function mark(state, word) {
  byId('live').hidden = false
  byId('live').dataset.state = state
  byId('live-word').textContent = word
}

function say(...content) {
  const banner = byId('paused')
  banner.hidden = false
  if (banner.textContent !== content.map((part) => part.textContent ?? part).join(''))
    banner.replaceChildren(...content)
}
