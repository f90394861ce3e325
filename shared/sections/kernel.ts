// Section `kernel`: what runs and what is installed. Facts only: whether that asks for a restart is judgement's business.
import Type from 'typebox'
import { KERNELS_MAX } from '../protocol/limits.ts'
import { moment, nameText, orNull, packageName, shortText } from './text.ts'

export const installedKernel = Type.Object({
  /** As `uname -r` would print it, e.g. "6.1.0-56-cloud-amd64". */
  release: nameText,
  /** The dpkg package that owns the image; null when nobody does. */
  package: orNull(packageName),
  /** Version of that package, e.g. "6.1.192-2": the same release is rebuilt under a new one. */
  packageVersion: orNull(shortText),
})
export type InstalledKernel = Type.Static<typeof installedKernel>

export const kernelSection = Type.Object({
  running: Type.Object({
    release: nameText,
    /** Package version the running image was built as, from `uname -v` (Debian) or version_signature (Ubuntu). */
    packageVersion: orNull(shortText),
  }),
  installed: Type.Array(installedKernel, { maxItems: KERNELS_MAX }),
  /** Release the boot loader's default link points at; null when there is none. */
  bootDefault: orNull(nameText),
  /** When the newest kernel was installed, if in this boot. */
  newestInstalled: orNull(moment),
})
export type KernelSection = Type.Static<typeof kernelSection>
