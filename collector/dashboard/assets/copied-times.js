// What is copied from a page has its times in UTC: "2 min ago" says nothing in a ticket, and a local hour is another one
// elsewhere.

/** `showTimes` is to write the times on screen as they were. */
export function copyTimesInUtc(showTimes) {
  document.addEventListener('copy', (event) => {
    const selection = getSelection()
    if (selection === null || selection.isCollapsed || isField(event.target)) return
    const times = Array.from(document.querySelectorAll('time[data-wording]')).filter((time) =>
      isCopied(selection, time),
    )
    if (times.length === 0) return
    takeWhole(selection.getRangeAt(0), times)
    for (const time of times) time.textContent = time.title
    // The browser copies what is there when this is over.
    setTimeout(() => showTimes())
  })
}

/** Not where UTC stands beside it and is copied as well; nor where somebody took a few letters of one time. */
function isCopied(selection, time) {
  if (!selection.containsNode(time, true)) return false
  const range = selection.getRangeAt(0)
  const isWithin = time.contains(range.startContainer) && time.contains(range.endContainer)
  if (isWithin) return range.toString() === time.textContent
  const beside = time.parentElement.querySelector('.utc')
  return beside === null || !selection.containsNode(beside, true)
}

/** A text that is replaced takes the ends of a selection that lie in it along. */
function takeWhole(range, times) {
  const [first, last] = [times[0], times.at(-1)]
  if (first.contains(range.startContainer)) range.setStartBefore(first)
  if (last.contains(range.endContainer)) range.setEndAfter(last)
}

function isField(target) {
  return target instanceof Element && target.closest('input, textarea') !== null
}
