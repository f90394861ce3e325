// Which file system a path lies on, from /proc/self/mountinfo, proc_pid_mountinfo(5):
//   24 27 0:22 / /run rw,nosuid,nodev shared:5 - tmpfs tmpfs rw,size=1234k,mode=755
// The fields before " - " vary in number; mount points hold blanks as \040.

export type Mount = { point: string; type: string }

export function parseMountinfo(text: string): Mount[] {
  return text.split('\n').flatMap((line) => {
    const [before, after] = line.split(' - ', 2)
    const point = before?.split(' ')[4]
    const type = after?.split(' ')[0]
    return point === undefined || type === undefined ? [] : [{ point: unescaped(point), type }]
  })
}

/** Type of the file system `path` (canonical) lies on; null when no mount covers it. */
export function fileSystemOf(mounts: readonly Mount[], path: string): string | null {
  let best: Mount | null = null
  for (const mount of mounts) {
    const covers = mount.point === '/' || path === mount.point || path.startsWith(`${mount.point}/`)
    // A later mount on the same point hides the earlier one.
    if (covers && (best === null || mount.point.length >= best.point.length)) best = mount
  }
  return best?.type ?? null
}

function unescaped(point: string): string {
  return point.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)))
}
