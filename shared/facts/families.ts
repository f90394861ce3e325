// What `overdue-agent scan inventory` leaves for the resident agent about systems that write no /run/reboot-required: what takes
// commands to find out. Facts only; what they mean is decided when they are read.

export type InstalledCore = {
  name: string
  /** Epoch seconds by the host's clock, as rpm keeps it. */
  installedAt: number
}

/** What Canonical's client says. Every part is null where it did not say it in words that are known. */
export type LivepatchAnswer = {
  /** Of `canonical-livepatch kernel-upgrade-required`. */
  upgrade: 'recommended' | 'can-wait' | null
  /** The kernel its patches are for, as `uname -r` prints it. */
  kernel: string | null
  /** "applied", "nothing-to-apply", "unapplied", ... */
  patchState: string | null
  /** "supported", "kernel-end-of-life", ... */
  support: string | null
}

/** Null: the host has no such thing, or, with a reason in `missing`, it could not be asked. */
export type FamilyFacts = {
  format: 1
  /** The packages of an rpm host that count as its core. */
  core: readonly InstalledCore[] | null
  /** All of them, `name=version`; null, too, where rpm did not say the versions. */
  installed: readonly string[] | null
  /** Of an image-based host: what the next boot starts if that is not what runs. */
  image: { next: string | null } | null
  livepatch: LivepatchAnswer | null
  missing: { core?: string; image?: string; livepatch?: string }
  /** The boot it was read in; null where the host does not tell. */
  bootId: string | null
  /** When in that boot the look began, ms: a wall clock may be set meanwhile. */
  readUptimeMs: number
  /** RFC 3339, by the host's clock. */
  readAt: string
}
