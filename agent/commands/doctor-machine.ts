// Is everything in place on this machine: the credential, the folders, the watcher, what was kept to be sent?
import { watch } from 'node:fs'
import { access, constants, readFile } from 'node:fs/promises'
import { systemClock } from '../../shared/clock.ts'
import { formatDuration } from '../../shared/judgement/duration.ts'
import { type Credential, readCredential } from '../enrolment/credential.ts'
import { isErrno } from '../files/durable-file.ts'
import { createLinuxHost } from '../host/linux-host.ts'
import { createRecordedHost } from '../host/recorded-host.ts'
import { readOutbox } from '../delivery/outbox.ts'
import { sentinelDirectories } from '../sentinel-directories.ts'
import { fail, type Finding, messageOf, ok, warn } from './doctor-finding.ts'

const ENROL = 'enrol this host: overdue-agent enroll --join-key-file FILE'

export async function checkCredential(path: string): Promise<{ finding: Finding; credential: Credential | null }> {
  try {
    const credential = await readCredential(path)
    const finding =
      credential === null
        ? fail('credential', 'this host is not enrolled', ENROL)
        : ok('credential', `of server ${credential.serverId}`)
    return { finding, credential }
  } catch (error) {
    const fix = `make ${path} readable for the user the agent runs as; if it is damaged, remove it and ${ENROL}`
    return { finding: fail('credential', messageOf(error), fix), credential: null }
  }
}

export async function checkWritable(name: string, path: string): Promise<Finding> {
  try {
    await access(path, constants.R_OK | constants.W_OK | constants.X_OK)
    return ok(name, `${path} can be written`)
  } catch (error) {
    const isMissing = isErrno(error, 'ENOENT')
    const fix = isMissing
      ? `make it, owned by the user the agent runs as; "overdue-agent run" makes it where it may`
      : 'give it to the user the agent runs as, or run this as that user'
    return fail(name, isMissing ? `${path} is not there` : `${path} cannot be written by this user`, fix)
  }
}

/** Scans leave their facts there; without them the agent reports what it can read itself. */
export async function checkFactsDirectory(path: string): Promise<Finding> {
  try {
    await access(path, constants.R_OK | constants.X_OK)
    return ok('facts folder', `${path} can be read`)
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return ok('facts folder', `${path} is not there: no scan has run`)
    return warn('facts folder', `${path} cannot be read by this user`, 'let the user the agent runs as read it')
  }
}

/** Tries what the agent does: to watch the folders of the flag. inotify(7): limits are per user. */
export async function checkWatcher(root: string): Promise<Finding[]> {
  const host =
    root === '/'
      ? createLinuxHost({ root, clock: systemClock })
      : createRecordedHost({ directory: root, clock: 'live' })
  const directories = await sentinelDirectories(host, root)
  return await Promise.all(directories.map(async (directory) => await tryWatch(directory)))
}

async function tryWatch(directory: string): Promise<Finding> {
  try {
    watch(directory).close()
    return ok('watcher', `${directory} can be watched`)
  } catch (error) {
    const limits = await inotifyLimits()
    const fix = isErrno(error, 'ENOSPC', 'EMFILE')
      ? `raise fs.inotify.max_user_watches and fs.inotify.max_user_instances (now ${limits})`
      : 'let this user read the folder'
    // A look every 30 s stands behind the watcher: the flag is found later, not never.
    return warn('watcher', `${directory} cannot be watched: ${messageOf(error)}`, fix)
  }
}

async function inotifyLimits(): Promise<string> {
  const values = ['max_user_watches', 'max_user_instances'].map((name) =>
    readFile(`/proc/sys/fs/inotify/${name}`, 'utf8').catch(() => 'not known'),
  )
  return (await Promise.all(values)).map((value) => value.trim()).join(' and ')
}

export async function checkOutbox(path: string): Promise<Finding> {
  try {
    const entry = await readOutbox(path)
    if (entry === null) return ok('outbox', 'empty: nothing was read yet')
    return ok('outbox', `holds what was read when it last changed, ${formatDuration(Date.now() - entry.keptAtMs)} ago`)
  } catch (error) {
    return warn(
      'outbox',
      messageOf(error),
      'nothing to do if it is damaged: the agent puts it aside and begins a new one',
    )
  }
}
