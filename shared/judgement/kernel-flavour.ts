// A release is a version and a flavour: `6.1.0-56` + `cloud-amd64`. A newer kernel of another flavour is no update of
// the running one: it was built for other hardware or another hypervisor.

export type KernelRelease = { version: string; flavour: string }

/**
 * Splits a release as `uname -r` prints it. Real ones: 6.8.0-151-generic, 6.12.90+deb13.1-cloud-amd64, 6.1.0-9-686-pae,
 * 6.5.0-0.deb12.4-rt-amd64, 6.12-rc3-amd64, 6.6.51+rpt-rpi-2712, 6.1.21-v8+, 6.8.12-4-pve. The flavour may be "".
 */
export function splitRelease(release: string): KernelRelease {
  const [first = '', ...rest] = release.split('-')
  const version = [first]
  if (isPreRelease(rest[0])) version.push(rest.shift() ?? '')
  if (isAbi(rest[0])) version.push(rest.shift() ?? '')
  return { version: version.join('-'), flavour: rest.join('-') }
}

export function isSameFlavour(a: string, b: string): boolean {
  return splitRelease(a).flavour === splitRelease(b).flavour
}

function isPreRelease(part: string | undefined): boolean {
  return part !== undefined && /^(?:rc\d*|trunk)$/.test(part)
}

/** The ABI number, e.g. `56` or `0.deb12.4`. Flavours that begin with a digit (686, 4kc-malta) are none. */
function isAbi(part: string | undefined): boolean {
  return part !== undefined && /^\d/.test(part) && !/^(?:[3-6]86|[45]kc)$/.test(part)
}
