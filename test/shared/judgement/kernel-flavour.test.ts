import { describe, expect, it } from 'vitest'
import { isSameFlavour, splitRelease } from '../../../shared/judgement/kernel-flavour.ts'

describe('a kernel release', () => {
  it.each([
    ['6.8.0-151-generic', '6.8.0-151', 'generic'],
    ['6.8.0-151-generic-64k', '6.8.0-151', 'generic-64k'],
    ['6.1.0-56-cloud-amd64', '6.1.0-56', 'cloud-amd64'],
    ['6.1.0-56-rt-amd64', '6.1.0-56', 'rt-amd64'],
    ['6.12.90+deb13.1-amd64', '6.12.90+deb13.1', 'amd64'],
    ['6.5.0-0.deb12.4-amd64', '6.5.0-0.deb12.4', 'amd64'],
    ['6.1.0-9-686-pae', '6.1.0-9', '686-pae'],
    ['6.12.90+deb13-686', '6.12.90+deb13', '686'],
    ['6.1.0-9-4kc-malta', '6.1.0-9', '4kc-malta'],
    ['6.12-rc3-amd64', '6.12-rc3', 'amd64'],
    ['5.10.0-trunk-amd64', '5.10.0-trunk', 'amd64'],
    ['6.10.0-061000rc3-generic', '6.10.0-061000rc3', 'generic'],
    ['6.6.51+rpt-rpi-2712', '6.6.51+rpt', 'rpi-2712'],
    ['6.1.21-v8+', '6.1.21', 'v8+'],
    ['6.8.12-4-pve', '6.8.12-4', 'pve'],
    ['5.15.153.1-microsoft-standard-WSL2', '5.15.153.1', 'microsoft-standard-WSL2'],
    ['6.9.7', '6.9.7', ''],
    ['virtual', 'virtual', ''],
    ['', '', ''],
  ])('%s is version %s of flavour "%s"', (release, version, flavour) => {
    expect(splitRelease(release)).toEqual({ version, flavour })
  })

  it('keeps the flavours of one board apart', () => {
    expect(isSameFlavour('6.6.51+rpt-rpi-v8', '6.6.62+rpt-rpi-v8')).toBe(true)
    expect(isSameFlavour('6.6.51+rpt-rpi-v8', '6.6.51+rpt-rpi-2712')).toBe(false)
  })
})
