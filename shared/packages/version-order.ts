// Which of two Debian package versions is newer, as dpkg orders them: deb-version(7), Debian Policy 5.6.12.

/** Below zero when `a` is older, above when newer, zero when equal. `1.0~rc1` is older than `1.0`, `1:1` newer than `2`. */
export function comparePackageVersions(a: string, b: string): number {
  // The usual case, and with it half of a verdict's cost: each report compares the running kernel with the installed one.
  if (a === b) return 0
  const left = splitVersion(a)
  const right = splitVersion(b)
  return (
    compareDigits(left.epoch, right.epoch) ||
    compareParts(left.upstream, right.upstream) ||
    compareParts(left.revision, right.revision)
  )
}

function splitVersion(version: string): { epoch: string; upstream: string; revision: string } {
  const colon = version.indexOf(':')
  const rest = version.slice(colon + 1)
  const hyphen = rest.lastIndexOf('-')
  return {
    epoch: colon === -1 ? '0' : version.slice(0, colon),
    upstream: hyphen === -1 ? rest : rest.slice(0, hyphen),
    // An absent revision equals revision 0.
    revision: hyphen === -1 ? '' : rest.slice(hyphen + 1),
  }
}

/** By turns a run of non-digits and a run of digits, from the left; the first difference decides. */
function compareParts(a: string, b: string): number {
  const left = runsOf(a)
  const right = runsOf(b)
  for (let i = 0; i < Math.max(left.length, right.length); i++) {
    const [text, digits] = left[i] ?? ['', '']
    const [otherText, otherDigits] = right[i] ?? ['', '']
    const order = compareText(text, otherText) || compareDigits(digits, otherDigits)
    if (order !== 0) return order
  }
  return 0
}

function runsOf(part: string): [text: string, digits: string][] {
  return Array.from(part.matchAll(/(\D*)(\d*)/g), (match) => [match[1] ?? '', match[2] ?? ''])
}

function compareText(a: string, b: string): number {
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    const order = weightOf(a, i) - weightOf(b, i)
    if (order !== 0) return order
  }
  return 0
}

/** Tilde before the end, the end before letters, letters before all other signs. */
function weightOf(text: string, index: number): number {
  const code = text.charCodeAt(index)
  if (Number.isNaN(code)) return 0
  if (text[index] === '~') return -1
  return /[A-Za-z]/.test(text[index] ?? '') ? code : code + 256
}

/** By length, then by text: a hostile version may have more digits than a number holds. */
function compareDigits(a: string, b: string): number {
  const left = a.replace(/^0+/, '')
  const right = b.replace(/^0+/, '')
  if (left.length !== right.length) return left.length - right.length
  if (left === right) return 0
  return left < right ? -1 : 1
}
