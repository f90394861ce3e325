// Reads the current page from the server again: at once when idle, never twice at a time, and in a storm of changes once
// a second at most, or as seldom as the collector can comfortably answer.

const GAP_MS = 1_000
const TIMEOUT_MS = 15_000

/**
 * `urlOf()` names the page to read, `onFresh(document)` gets it, `onFailed(isSignedOut)` hears that it could not be had.
 * Returns `refresh()`.
 */
export function createRefresher({ urlOf, onFresh, onFailed }) {
  let isRunning = false
  let isWanted = false
  let earliest = 0
  let timer = 0

  function refresh() {
    isWanted = true
    if (isRunning || timer !== 0) return
    timer = setTimeout(run, Math.max(0, earliest - performance.now()))
  }

  async function run() {
    const startedAt = performance.now()
    timer = 0
    isRunning = true
    isWanted = false
    try {
      onFresh(await load(urlOf()))
    } catch (error) {
      onFailed(error instanceof SignedOut)
    }
    const endedAt = performance.now()
    earliest = Math.max(startedAt + GAP_MS, endedAt + (endedAt - startedAt))
    isRunning = false
    if (isWanted) refresh()
  }

  return refresh
}

class SignedOut extends Error {}

/** XMLHttpRequest parses the answer itself: no string of ours ever becomes markup, which Trusted Types would refuse. */
function load(url) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest()
    request.open('GET', url)
    request.responseType = 'document'
    request.timeout = TIMEOUT_MS
    request.addEventListener('load', () => {
      if (new URL(request.responseURL).pathname === '/login') reject(new SignedOut())
      else if (request.status !== 200 || request.response === null) reject(new Error(`status ${request.status}`))
      else resolve(request.response)
    })
    request.addEventListener('error', () => reject(new Error('no answer')))
    request.addEventListener('timeout', () => reject(new Error('no answer in time')))
    request.send()
  })
}
