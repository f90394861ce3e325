// What the kernel shows as a deleted file although it never was one on a disk: memory with a name, devices, shared
// memory, buffers of graphics drivers. nginx's shared memory is "/dev/zero (deleted)", a container runtime runs from
// "/memfd:runc_cloned (deleted)". Pure.

const BEGINNINGS = [
  '/memfd:',
  '/dev/',
  '/SYSV',
  '/[',
  '/drm',
  '/i915',
  '/anon_hugepage',
  '/anon_inode',
  'anon_inode:',
  '[',
]

export function isKernelObject(path: string): boolean {
  return !path.startsWith('/') || BEGINNINGS.some((beginning) => path.startsWith(beginning))
}
