// What every value of a verdict means, in a sentence or two. docs/explanation/ says why it is so.
import type { Exposure, Lifecycle, PromotionReason, Reporting, State } from '../../../shared/judgement/verdict.ts'
import type { Outcome } from '../../../shared/sections/section.ts'
import type { SinceQuality } from '../../../shared/sections/text.ts'

export const STATE_TEXTS: Record<State, string> = {
  'restart-required':
    'At least one signal that decides asks for a restart: installed updates are not in effect before it.',
  unknown:
    'Nobody can tell. The flag or the kernels could not be read, or nothing is heard of the server: what was known last stands beside, and may no longer be true.',
  deferrable: 'Only the kernel asks for a restart, and Livepatch covers what it is for. It can wait.',
  ok: 'The signals were read, and none asks for a restart.',
}

export const REASON_TEXTS: Record<PromotionReason, string> = {
  exposed:
    'A restart is required and anyone on the internet can reach a listening port of the server: it cannot wait for the next window. Or, where the policy counts it, a service that anyone can reach still runs replaced code.',
  stale: 'A restart has been required for longer than the policy allows. The deadline on the page was that moment.',
  silent: 'Nothing was heard of the server for longer than the policy allows. Look whether it is still there.',
}

export const EXPOSURE_TEXTS: Record<Exposure, string> = {
  exposed:
    'A packet from anywhere on the internet reaches a listening port, and its answer gets out, as far as the server itself can tell: addresses, firewall rules and listening programs were followed.',
  unknown:
    'It cannot be told: the firewall could not be read, a rule cannot be followed, or whether a public address leads to the server is not known. The ports on its page say which.',
  filtered: 'Every listening port is bound to an inner address, or a rule stops strangers.',
}

export const REPORTING_TEXTS: Record<Reporting, string> = {
  current: 'The agent is heard as often as it should be.',
  late: 'It missed a few heartbeats: more than four, and more than three minutes. The verdict still counts.',
  silent: 'Nothing was heard for longer than the policy allows. Nothing silent is ever shown as OK.',
  restarting: 'It said that it goes down to restart, at most ten minutes ago.',
  never: 'It was enrolled and has not reported yet.',
}

export const LIFECYCLE_TEXTS: Record<Lifecycle, string> = {
  active: 'Counted, listed and promoted.',
  'pending-approval': 'Enrolled with a key that waits for an operator. Not counted before that.',
  conflict:
    'Two live machines report with one credential, as after copying a disk. What is shown is the last status that could be trusted. Enrol one of them again, then have an operator approve the server.',
  removed:
    'Forgotten by an operator, uninstalled, or silent for too long. Its history stays; its credential is refused.',
}

export const SINCE_TEXTS: Record<SinceQuality, string> = {
  exact: 'The host wrote the moment down: the flag’s birth, or the log of the package manager.',
  observed: 'The agent, or the collector, saw it come.',
  'upper-bound': 'It was there when first looked at: it stands for at least this long.',
}

export const OUTCOME_TEXTS: Record<Outcome, string> = {
  observed: 'It was read.',
  absent: 'The host does not have it, such as a kernel of its own in a container. That is no signal.',
  failed:
    'Could not look. The last value counts for five minutes, marked as not read again; then the verdict says that it cannot tell. "Could not look" is never "nothing there".',
}

/** By the name in the evidence of a server. */
export const SIGNAL_TEXTS: Readonly<Record<string, { title: string; text: string }>> = {
  'reboot-flag': {
    title: 'the system’s own flag',
    text: 'Debian and Ubuntu create /run/reboot-required when an installed update takes effect only after a restart, and name the packages beside it. It asks for a restart while it is there, unless it is left over from an earlier boot. In a container a flag that names nothing but a kernel is shown and not counted. It decides.',
  },
  'newer-kernel': {
    title: 'the kernel that starts next',
    text: 'The kernel the boot loader starts next, or else the newest installed one of the running flavour, is newer than the one that runs. This finds what the flag misses. It decides.',
  },
  'rebuilt-kernel': {
    title: 'the same release, built again',
    text: 'The installed package of the running release is a newer build than the one in memory: security fixes often come this way, without another release number. It decides.',
  },
  'reboot-mark': {
    title: 'the flag of another system',
    text: 'SUSE, Amazon Linux and Flatcar leave a file of their own where Debian has its flag. It asks for a restart while it is there. It decides.',
  },
  'core-packages': {
    title: 'core packages since the boot',
    text: 'On systems of rpm: packages such as the kernel, glibc or systemd were installed after this boot began. They take effect with a restart. Where the times of installation cannot be read, nobody can tell. It decides.',
  },
  'next-image': {
    title: 'another image at the next boot',
    text: 'Systems that are upgraded by whole images have the new one ready beside the running one. It takes effect with a restart. It decides.',
  },
  'kernel-modules': {
    title: 'modules of the running kernel',
    text: 'On Arch and Alpine an upgrade of the kernel takes the modules of the running one away, so that none can be loaded before a restart. It decides.',
  },
  livepatch: {
    title: 'repairs in memory',
    text: 'The kernel is patched while it runs. Where its client says for sure that this covers the running kernel, a restart that only the kernel asks for can wait. It only informs.',
  },
  'outdated-processes': {
    title: 'programs that run what was replaced',
    text: 'Processes still use files of packages that were updated since they started. Restarting those services is enough, or the whole server. A hint; it only informs.',
  },
  'known-exploited': {
    title: 'fixes for what is known to be exploited',
    text: 'An upgrade that takes effect with the restart fixes a weakness that the list given to the collector names as exploited. The restart may wait less long. It only informs.',
  },
  'other-kernel': {
    title: 'a kernel that does not start by itself',
    text: 'A newer kernel of another flavour is installed, but nothing starts it at the next boot. A hint; it only informs.',
  },
}
