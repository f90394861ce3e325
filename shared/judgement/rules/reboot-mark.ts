// "A file says that a restart is needed": SUSE, Amazon Linux and Flatcar leave one where Debian has its flag.
import type { RebootMark } from '../../sections/sentinel.ts'
import { usable } from '../observation.ts'
import { toFinding, type Rule } from './finding.ts'

const NAME = 'reboot-mark'

export const rebootMarks: Rule = ({ sections, at, ownKernel }) => {
  const read = usable(sections.sentinel, at)
  // Whatever hides the section is said once, by the rule about the flag.
  if (read.kind !== 'observed' && read.kind !== 'not-re-read') return []
  return (read.value.marks ?? []).map((mark) => {
    const subject = { name: NAME, source: mark.source }
    const value = mark.text ?? 'present, empty'
    // SUSE's word for a new kernel that can be started without the firmware.
    const kernelOnly = mark.kind === 'suse' && mark.text === 'kexec'
    if (kernelOnly && !ownKernel) {
      const why = 'Only the kernel asks, and this host runs the kernel of the machine around it: not applicable.'
      return toFinding(subject, read, { value, role: 'informs', says: 'not-required', why })
    }
    return toFinding(subject, read, { value, role: 'decides', says: 'required', why: WHY[mark.kind](mark), kernelOnly })
  })
}

const WHY: Readonly<Record<RebootMark['kind'], (mark: RebootMark) => string>> = {
  suse: ({ text }) => `zypper asked for a restart${text === 'soft-reboot' ? '; one of all services is enough' : ''}.`,
  amazon: () => 'smart-restart could not bring everything to the new code without a restart.',
  'update-engine': () => 'An update is installed beside the running system and starts with the next boot.',
}
