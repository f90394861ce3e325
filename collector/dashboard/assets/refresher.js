// Reads the current page from the server again: at once when idle, never twice at a time, and in a storm of changes no
// oftener than people can follow or the collector can comfortably answer.

/** Between two reads for what is not on screen: counts, and who else belongs into the list. */
const GAP_MS = 1_000
/** Between two reads for a row that somebody looks at. */
const ROW_GAP_MS = 100
const TIMEOUT_MS = 15_000

/**
 * `urlOf(isWhole)` names what to read: the whole page, or what changed of it. `onFresh(document, isWhole)` gets it,
 * `onFailed(isSignedOut)` hears that it could not be had. Returns `refresh({ isWhole, isUrgent })`.
 */
export function createRefresher({ urlOf, onFresh, onFailed }) {
  let isRunning = false
  let timer = 0
  /** What was asked for since the last read began. */
  let wanted = null
  let startedAt = -Infinity
  let endedAt = -Infinity

  function refresh({ isWhole = true, isUrgent = false } = {}) {
    wanted = { isWhole: isWhole || wanted?.isWhole === true, isUrgent: isUrgent || wanted?.isUrgent === true }
    if (!isRunning) arm()
  }

  function arm() {
    clearTimeout(timer)
    const gapMs = wanted.isUrgent ? ROW_GAP_MS : GAP_MS
    const earliest = Math.max(startedAt + gapMs, endedAt + (endedAt - startedAt))
    timer = setTimeout(run, Math.max(0, earliest - performance.now()))
  }

  async function run() {
    const { isWhole } = wanted
    wanted = null
    isRunning = true
    startedAt = performance.now()
    try {
      onFresh(await load(urlOf(isWhole)), isWhole)
    } catch (error) {
      onFailed(error instanceof SignedOut)
    }
    endedAt = performance.now()
    isRunning = false
    if (wanted !== null) arm()
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
