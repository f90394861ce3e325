// "Another image starts at the next boot": ostree and bootc stage an upgrade beside what runs.
import { usable } from '../observation.ts'
import { toFinding, type Rule } from './finding.ts'

const SUBJECT = { name: 'next-image', source: '/run/ostree' }

export const nextImage: Rule = ({ sections, at }) => {
  const read = usable(sections.sentinel, at)
  if ((read.kind !== 'observed' && read.kind !== 'not-re-read') || read.value.image === undefined) return []
  const { next, problem } = read.value.image
  if (next !== null) {
    const why = 'The next boot starts another image than the one that runs.'
    return [toFinding(SUBJECT, read, { value: next, role: 'decides', says: 'required', why })]
  }
  if (problem !== null) {
    // What is staged was looked at; only a rollback that waits may have been missed.
    const why = `No image is staged. Whether an earlier one starts next is not known: ${problem}.`
    return [toFinding(SUBJECT, read, { value: 'none staged', role: 'informs', says: 'unknown', why })]
  }
  const why = 'The image that runs is the one the next boot starts.'
  return [toFinding(SUBJECT, read, { value: 'the running one', role: 'decides', says: 'not-required', why })]
}
