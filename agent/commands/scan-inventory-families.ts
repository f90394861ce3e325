// What systems without /run/reboot-required tell when asked: rpm's times of installation, what the next boot of an image-based
// host starts, and Livepatch. A command that is missing, fails or prints something else means "not known", never "yes".
import type { FamilyFacts, LivepatchAnswer } from '../../shared/facts/families.ts'
import { configuredNames, coreOf } from '../families/core-packages.ts'
import { parseLivepatch } from '../families/livepatch-answer.ts'
import { nextOfBootc, nextOfRpmOstree, type NextImage } from '../families/next-image.ts'
import { parseRpm, rpmEntries } from '../families/rpm-names.ts'
import type { HostCommand } from '../host/commands.ts'
import { isMissing, type CommandResult, type Host } from '../host/host.ts'
import { reasonOf } from '../host/host-errors.ts'
import { hasRpmPackages, isThere } from '../probes/rpm-packages.ts'

const CONFIGURED = '/etc/dnf/plugins/needs-restarting.d'
const CONFIGURED_BYTES_MAX = 64 * 1024
/** Of an image-based system that was started from one, ostree(1). */
const OSTREE_BOOTED = '/run/ostree-booted'

/** Never rejects: what could not be found out is null, with its reason. */
export async function scanFamilies(host: Host): Promise<FamilyFacts> {
  const bootId = (await host.readText('/proc/sys/kernel/random/boot_id').catch(() => '')).trim() || null
  const moment = { bootId, readUptimeMs: host.uptimeMs(), readAt: new Date(host.now()).toISOString() }
  const rpm = await part(() => rpmOf(host))
  const image = await part(() => imageOf(host))
  const livepatch = await part(() => livepatchOf(host))
  return {
    format: 1,
    core: rpm.value?.core ?? null,
    installed: rpm.value?.installed ?? null,
    image: image.value,
    livepatch: livepatch.value,
    missing: {
      ...(rpm.why === null ? {} : { core: rpm.why }),
      ...(image.why === null ? {} : { image: image.why }),
      ...(livepatch.why === null ? {} : { livepatch: livepatch.why }),
    },
    ...moment,
  }
}

type Part<T> = { value: T | null; why: string | null }

async function part<T>(look: () => Promise<T | null>): Promise<Part<T>> {
  try {
    return { value: await look(), why: null }
  } catch (error) {
    return { value: null, why: reasonOf(error) }
  }
}

async function rpmOf(host: Host): Promise<Pick<FamilyFacts, 'core' | 'installed'> | null> {
  if (!(await hasRpmPackages(host))) return null
  const packages = parseRpm(await printed(host, 'rpm'))
  if (packages === null) throw new Error('what rpm printed cannot be understood')
  return { core: coreOf(packages, await configured(host)), installed: rpmEntries(packages) }
}

async function configured(host: Host): Promise<Set<string>> {
  const names = new Set<string>()
  const files = await host.list(CONFIGURED).catch((error: unknown) => {
    if (isMissing(error)) return []
    throw error
  })
  for (const file of files.filter((name) => name.endsWith('.conf'))) {
    const text = await host.readText(`${CONFIGURED}/${file}`, { maxBytes: CONFIGURED_BYTES_MAX })
    for (const name of configuredNames(text)) names.add(name)
  }
  return names
}

async function imageOf(host: Host): Promise<NextImage | null> {
  if (!(await isThere(host, OSTREE_BOOTED))) return null
  const { stdout, next } = await firstOf(host)
  const image = next(stdout)
  if (image === null) throw new Error('what rpm-ostree or bootc printed cannot be understood')
  return image
}

type Tool = { stdout: string; next: (printed: string) => NextImage | null }

/** rpm-ostree where there is one: it knows of both kinds. */
async function firstOf(host: Host): Promise<Tool> {
  try {
    return { stdout: await printed(host, 'rpm-ostree'), next: nextOfRpmOstree }
  } catch {
    return { stdout: await printed(host, 'bootc'), next: nextOfBootc }
  }
}

async function livepatchOf(host: Host): Promise<LivepatchAnswer | null> {
  if (!(await isThere(host, '/snap/bin/canonical-livepatch'))) return null
  const status = await printed(host, 'livepatch-status').catch(async (error: unknown) => {
    throw (await hasNoNewPrivileges(host)) ? new Error(NOT_FROM_HERE, { cause: error }) : error
  })
  const { exitCode } = await host.run('livepatch-kernel-upgrade-required')
  const answer = parseLivepatch(status, exitCode)
  if (answer === null) throw new Error('what canonical-livepatch printed cannot be understood')
  return answer
}

/** snap-confine, which starts every program of a snap, ends without the capabilities it would get there. */
const NOT_FROM_HERE = "its client cannot be started within the sandbox of the scan's unit"

/** Is this the unit? proc_pid_status(5), PR_SET_NO_NEW_PRIVS(2const). */
async function hasNoNewPrivileges(host: Host): Promise<boolean> {
  const status = await host.readText('/proc/self/status').catch(() => '')
  return status.split('\n').includes('NoNewPrivs:\t1')
}

/** Throws an Error that says why there is nothing. */
async function printed(host: Host, command: HostCommand): Promise<string> {
  const { exitCode, stdout } = await ran(host, command)
  if (exitCode !== 0) throw new Error(`${command} ended with exit status ${exitCode}`)
  return stdout
}

async function ran(host: Host, command: HostCommand): Promise<CommandResult> {
  try {
    return await host.run(command)
  } catch (error) {
    if (isMissing(error)) throw new Error(`there is no ${command}`, { cause: error })
    throw error
  }
}
