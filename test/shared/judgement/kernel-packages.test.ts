import { describe, expect, it } from 'vitest'
import { areKernelOnly, isKernelPackage } from '../../../shared/judgement/kernel-packages.ts'

describe('a package name', () => {
  it.each([
    'linux-image-6.8.0-151-generic',
    'linux-image-amd64',
    'linux-modules-extra-6.8.0-151-generic',
    'linux-base',
    'linux-generic',
    'linux-aws-lts-22.04',
    'linux-firmware',
    'proxmox-kernel-6.8.12-4-pve-signed',
    'raspberrypi-kernel',
    'snap:pc-kernel',
    'intel-microcode',
    'amd64-microcode',
  ])('%s speaks of the kernel or of microcode', (name) => {
    expect(isKernelPackage(name)).toBe(true)
  })

  it.each([
    'linux-libc-dev',
    'linux-baseline-tools',
    'linux-genericity',
    'libc6',
    'libssl3',
    'snap:core22',
    'dbus',
    'util-linux',
    'my-linux-image-tool',
    '',
  ])('%s does not', (name) => {
    expect(isKernelPackage(name)).toBe(false)
  })
})

describe('a list of names', () => {
  it.each([
    [['linux-base', 'intel-microcode'], true],
    [['linux-base', 'libc6'], false],
    [[], false],
    [null, false],
  ])('%j is of the kernel only: %s', (names, expected) => {
    expect(areKernelOnly(names)).toBe(expected)
  })
})
