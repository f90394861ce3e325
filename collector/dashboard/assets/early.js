// How times read decides how wide they are, and is known before the first picture, so that nothing moves after it. No
// module: those run when the page may be painted already.
try {
  const choice = localStorage.getItem('overdue.times')
  if (choice === 'utc' || choice === 'local') document.documentElement.dataset.times = choice
} catch {
  // Storage is forbidden: times are relative.
}
