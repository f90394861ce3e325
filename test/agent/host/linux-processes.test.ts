import { spawn } from 'node:child_process'
import { chmodSync, copyFileSync, lstatSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { HostError } from '../../../agent/host/host.ts'
import { createLinuxProcesses } from '../../../agent/host/linux-processes.ts'
import { DeletedLines } from '../../../agent/processes/deleted-lines.ts'
import { withoutMark } from '../../../agent/processes/deleted-mark.ts'
import { deletedCode } from '../../../agent/processes/mapped-file.ts'
import { parseStat } from '../../../agent/processes/process-stat.ts'
import { temporaryDirectory } from '../../support/temporary-directory.ts'
import { until } from '../../support/until.ts'

/** A program that runs, and is deleted meanwhile. */
async function deletedProgram() {
  const file = join(temporaryDirectory(), 'program')
  copyFileSync('/bin/sleep', file)
  chmodSync(file, 0o755)
  const inode = lstatSync(file).ino
  const child = spawn(file, ['600'], { stdio: 'ignore' })
  onTestFinished(() => void child.kill())
  const pid = child.pid ?? 0
  const processes = createLinuxProcesses()
  await until('it runs', () => processes.exe(pid) === file)
  rmSync(file)
  return { pid, file, inode, processes }
}

describe('the processes of this machine', () => {
  it('show a deleted program in exe and maps, with its inode', async () => {
    const { pid, file, inode, processes } = await deletedProgram()

    expect(processes.pids()).toContain(pid)
    expect(withoutMark(processes.exe(pid))).toBe(file)
    const lines = new DeletedLines()
    const found = [...processes.maps(pid)]
      .flatMap((piece) => lines.take(piece))
      .flatMap((line) => deletedCode(line) ?? [])
    expect(found).toMatchObject([{ path: file, inode }])
    expect(parseStat(processes.text(pid, 'stat'))?.state).toMatch(/^[SRD]$/)
    expect(processes.text(pid, 'status')).toContain('Uid:')
    expect(processes.text(pid, 'cgroup')).toMatch(/^\d+:/)
    expect(processes.owner(pid)).toBe(process.getuid?.())
  })

  it('see the host’s own files, and what of them is there', async () => {
    const { pid, file, processes } = await deletedProgram()

    expect(await processes.hasHostRoot(pid)).toBe(true)
    expect(processes.isInHostUserNamespace(pid)).toBe(true)
    await expect(processes.hasFile(pid, `${file} (deleted)`, 1)).rejects.toMatchObject({ code: 'ENOENT' })
    expect(await processes.hasFile(pid, '/bin/sh', null)).toBe(true)
    expect(await processes.hasFile(pid, '/bin/sh', 1)).toBe(false)
    // Whatever file system this is: a device that does not exist is not the one.
    expect([false, null]).toContain(processes.isOnDevice('/usr/bin/x', 'ffff:ffff'))
  })

  it('that are no longer there are ENOENT, whatever is asked', () => {
    const processes = createLinuxProcesses()
    const gone = 2 ** 22 + 1
    const asked = [() => processes.exe(gone), () => processes.text(gone, 'stat'), () => [...processes.maps(gone)]]
    for (const ask of asked) expect(ask).toThrow(HostError)
    for (const ask of asked) expect(ask).toThrow('no such file')
    expect(processes.owner(gone)).toBeNull()
    expect(processes.isInHostUserNamespace(gone)).toBe(false)
  })

  it('are all but this one: whoever started it may be process 1', () => {
    expect(createLinuxProcesses().own).toEqual(new Set([process.pid]))
  })
})
