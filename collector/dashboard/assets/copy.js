// Buttons that copy the command beside them. Browsers lend the clipboard to pages of HTTPS and of this machine alone;
// elsewhere the command is selected, ready to be copied by hand.

const SAY_MS = 2_000

export function copyOnClick() {
  document.addEventListener('click', (event) => {
    const button = event.target instanceof Element ? event.target.closest('[data-copy]') : null
    const code = button?.parentElement?.querySelector('code')
    if (code) void copy(button, code)
  })
}

async function copy(button, code) {
  try {
    await navigator.clipboard.writeText(code.textContent)
    say(button, 'Copied')
  } catch {
    getSelection()?.selectAllChildren(code)
    say(button, 'Selected')
  }
}

/** The first text of the button is what it says; what stands behind it is for those who cannot see beside what it is. */
function say(button, word) {
  button.firstChild.textContent = word
  setTimeout(() => (button.firstChild.textContent = 'Copy'), SAY_MS)
}
