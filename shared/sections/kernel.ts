// Section `kernel`: what runs and what is installed. Facts only: whether that asks for a restart is judgement's business.
import Type from 'typebox'
import { KERNELS_MAX, LIVE_PATCHES_MAX } from '../protocol/limits.ts'
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

const livepatch = Type.Object({
  /** Patches the running kernel has loaded and goes by, e.g. "lkp_Ubuntu_6_8_0_79_79_generic_112". */
  patches: Type.Array(nameText, { maxItems: LIVE_PATCHES_MAX }),
  /** Does whoever makes the patches say that a restart for the kernel can wait? Null: nobody who was asked answered. */
  covers: orNull(Type.Boolean()),
  /** Why `covers` is not true; null where it is. */
  why: orNull(shortText),
})

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
  /** Are the running kernel's modules still on disk? There only on systems whose upgrades take them away. */
  modules: Type.Optional(Type.Union([Type.Literal('present'), Type.Literal('missing')])),
  /** There only where the running kernel is patched in memory, or a client for that is installed. */
  livepatch: Type.Optional(livepatch),
})
export type KernelSection = Type.Static<typeof kernelSection>
