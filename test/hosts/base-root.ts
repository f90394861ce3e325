// The file tree every host starts from: minimal Debian with systemd, made from Debian's packages of the release this
// machine has. Made once and kept outside the repository, in the user's cache; a host never writes to it.
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { basename, join } from 'node:path'
import { onceARun } from '../support/suite/once-a-run.ts'
import { must } from './command.ts'
import { isRunning } from './leftovers.ts'

/** What a small cloud image has, as far as installing and running an agent touches it. */
export const PACKAGES = [
  'systemd',
  'systemd-sysv',
  'dbus',
  'iproute2',
  'procps',
  'udev',
  'kmod',
  'login',
  'ca-certificates',
  'curl',
]
/** Lie ready in apt's cache, because a host has no way out: their own scripts ask for a restart. */
export const DOWNLOADED = ['dbus']
/** Raise it when what is done below changes. */
const RECIPE = 2
const KEEP_MS = 30 * 86_400_000

export type Contents = {
  packages: readonly string[]
  /** Lie ready in apt's cache. */
  downloaded: readonly string[]
  /** As Debian names it; without it this machine's. Another one's programs have to run here: see binfmt_misc(8). */
  architecture?: string
}

/** Path of the tree hosts start from. Throws with the last words of mmdebstrap where it cannot be made. */
export async function baseRoot(): Promise<string> {
  return await debianTree({ packages: PACKAGES, downloaded: DOWNLOADED })
}

/** Path of a tree with these packages besides what every Debian has; made where there is none. */
export async function debianTree(contents: Contents): Promise<string> {
  const sources = await debianSources()
  const folder = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'overdue', 'test-hosts')
  const recipe = JSON.stringify([RECIPE, contents, sources.lines])
  const root = join(folder, `${sources.release}-${createHash('sha256').update(recipe).digest('hex').slice(0, 16)}`)
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  sweep(folder, root)
  // Two test files may want it at the same moment.
  if (!existsSync(root)) await onceARun(basename(root), () => make(root, contents, sources))
  return root
}

type Sources = { release: string; lines: string[] }

/** As this machine's apt knows them: it may have a mirror of its own. */
async function debianSources(): Promise<Sources> {
  const format = '$(ORIGIN)|$(TARGET_OF)|$(REPO_URI)|$(RELEASE)|$(COMPONENT)'
  const listed = await must(['apt-get', 'indextargets', '--format', format, 'Created-By: Packages'])
  const targets = listed.split('\n').map((line) => line.split('|'))
  const debian = targets.filter(([origin, kind, , , component]) => {
    return origin === 'Debian' && kind === 'deb' && component === 'main'
  })
  // The release itself comes without "-updates" or "-security".
  const release = debian.map((target) => target[3] ?? '').find((name) => /^[a-z]+$/.test(name))
  if (release === undefined) throw new Error('apt on this machine has no lists of Debian: run apt-get update')
  return { release, lines: debian.map(([, , uri, suite, component]) => `deb ${uri} ${suite} ${component}`) }
}

async function make(root: string, contents: Contents, { release, lines }: Sources): Promise<void> {
  const { packages, downloaded, architecture } = contents
  const unfinished = `${root}.${process.pid}.tmp`
  const chroot = (command: string): string => `--customize-hook=chroot "$1" ${command}`
  try {
    await must(
      [
        'mmdebstrap',
        '--quiet',
        '--variant=minbase',
        '--format=directory',
        ...(architecture === undefined ? [] : [`--architectures=${architecture}`]),
        // The lists stay: apt has to know the packages that lie ready.
        '--skip=cleanup/apt',
        `--include=${packages.join(',')}`,
        chroot('apt-get clean'),
        chroot(`apt-get -qq -y -d install --reinstall ${downloaded.join(' ')}`),
        release,
        unfinished,
        ...lines,
      ],
      { msMax: 1_200_000 },
    )
    // Empty: each host makes its own at its first boot.
    writeFileSync(join(unfinished, 'etc/machine-id'), '')
    // Left by the machine that made the tree: hosts have names of their own, and no name service.
    for (const name of ['hostname', 'resolv.conf']) rmSync(join(unfinished, 'etc', name), { force: true })
    renameSync(unfinished, root)
  } finally {
    rmSync(unfinished, { recursive: true, force: true })
  }
}

/** Trees of older recipes, and unfinished ones of processes that are gone. */
function sweep(folder: string, current: string): void {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name)
    const maker = /\.(\d+)\.tmp$/.exec(name)?.[1]
    const isOld = maker === undefined && path !== current && Date.now() - statSync(path).mtimeMs > KEEP_MS
    const isDead = maker !== undefined && !isRunning(Number(maker))
    if (isOld || isDead) rmSync(path, { recursive: true, force: true })
  }
}
