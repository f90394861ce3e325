// One event stream while somebody looks. It only says that something changed; what changed is read from the server again.

/** EventSource reconnects by itself after a lost connection, but gives up for good on an error status. */
const REOPEN_MS = 5_000

/**
 * Calls `onOpen` when the stream stands, `onChange(server)` per changed server, `onReset` when changes were missed,
 * `onLost` when it fell. Returns { open, close }.
 */
export function createStream({ url, onOpen, onChange, onReset, onLost }) {
  let source = null
  let reopen = 0

  function open() {
    if (source !== null) return
    clearTimeout(reopen)
    source = new EventSource(url)
    source.addEventListener('open', () => onOpen())
    source.addEventListener('server.changed', (event) => onChange(JSON.parse(event.data)))
    source.addEventListener('reset', () => onReset())
    source.addEventListener('error', () => {
      const isGivenUp = source?.readyState === EventSource.CLOSED
      if (isGivenUp) {
        close()
        reopen = setTimeout(open, REOPEN_MS)
      }
      onLost()
    })
  }

  function close() {
    clearTimeout(reopen)
    source?.close()
    source = null
  }

  return { open, close }
}
