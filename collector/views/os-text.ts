// An operating system as people read it.

/** "Ubuntu 24.04.3 LTS"; without a pretty name "ubuntu 24.04"; null when nothing is known. */
export function osText(
  os: { id: string | null; versionId: string | null; prettyName: string | null } | null,
): string | null {
  if (os === null) return null
  return os.prettyName ?? ([os.id, os.versionId].filter((part) => part !== null).join(' ') || null)
}
