// Which names that ask for a restart speak of the kernel or of microcode. In a container and under WSL both belong to
// the outer machine, whose restart nobody in there can do; on a host with Livepatch they alone may wait.

const KERNEL_NAMES = [
  // linux-base is what the update-notifier kernel hook writes whatever kernel was configured.
  /^linux-base(?:-sgx)?$/,
  /^linux-(?:image|modules|headers|signed|firmware|kernel)(?:-|$)/,
  // Ubuntu's meta packages: linux-generic, linux-aws-lts-22.04, linux-virtual-hwe-24.04.
  /^linux-(?:generic|virtual|lowlatency|server|kvm|raspi|oem|aws|azure|gcp|gke|ibm|oracle|realtime)(?:-|$)/,
  /^(?:proxmox|pve)-kernel-/,
  /^raspberrypi-(?:kernel|bootloader)$/,
  /^snap:[a-z0-9-]*-kernel$/,
  // Of rpm: kernel, kernel-core, kernel-rt, SUSE's kernel-default, and what the running kernel loads into devices.
  /^kernel(?:-(?:core|rt|rt-core|default|azure|longterm|64kb|pae)(?:-base)?)?$/,
]
const MICROCODE_NAMES = new Set([
  'intel-microcode',
  'amd64-microcode',
  'microcode.ctl',
  'microcode_ctl',
  'iucode-tool',
  'linux-firmware',
])

export function isKernelPackage(name: string): boolean {
  return MICROCODE_NAMES.has(name) || KERNEL_NAMES.some((pattern) => pattern.test(name))
}

/** True where every name is the kernel's or microcode's. No names say nothing: false. */
export function areKernelOnly(names: readonly string[] | null): boolean {
  return names !== null && names.length > 0 && names.every(isKernelPackage)
}
