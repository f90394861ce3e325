// A host to install on: a folder that stands for "/", and stand-ins for what would touch this machine. The stand-in for
// systemctl really starts the agent that was installed, so that what is acknowledged is a real report.
import { type ChildProcess, spawn } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { onTestFinished } from 'vitest'
import { temporaryDirectory } from '../temporary-directory.ts'

export type Ran = { code: number | null; stdout: string; stderr: string }

/** Programs by name, as shell. $HOST is the folder that stands for "/". */
const STAND_INS: Record<string, string> = {
  systemctl: `echo "$*" >>"$HOST/../systemctl.log"
# Ctrl-C reaches what the installer runs, and not what systemd has started.
trap '' INT
# Not kill -0: a process that ended is there until somebody asked for its exit code.
agent() { grep -q '^State:[[:space:]]*[^Z[:space:]]' "/proc/$(cat "$HOST/../agent.pid" 2>/dev/null)/status" 2>/dev/null; }
stop() { agent && kill "$(cat "$HOST/../agent.pid")"; while agent; do sleep 0.05; done; rm -f "$HOST/../agent.pid"; }
start() {
  agent && return
  setsid "$HOST/usr/lib/overdue/node" "$HOST/usr/lib/overdue/overdue-agent.cjs" run --config "$HOST/etc/overdue/agent.toml" \\
    --state-dir "$HOST/var/lib/overdue-agent" --runtime-dir "$HOST/run/overdue-agent" --facts-dir "$HOST/run/overdue/facts" \\
    </dev/null >"$HOST/../agent.log" 2>&1 &
  echo $! >"$HOST/../agent.pid"
}
case "$*" in
  is-active*) agent && echo active || { echo inactive; exit 3; } ;;
  restart*overdue-agent.service*) stop; start ;;
  start*overdue-agent.service*) start ;;
  disable*--now*overdue-agent.service*) stop ;;
esac
exit 0`,
  'systemd-sysusers': 'exit 0',
  'systemd-tmpfiles': 'exit 0',
  chown: 'exit 0',
  getent: 'exit 2',
  'apt-config': 'exit 0',
  'apt-get': 'echo "$*" >>"$HOST/../apt-get.log"',
  journalctl: 'exit 0',
}

/** What a minimal Debian has of what the installer uses. */
export const TOOLS =
  `awk basename cat chmod cmp cp cut date dash df diff dpkg dpkg-deb env grep gzip head id ln ls md5sum
  mkdir mktemp mv paste rm rmdir sed sh setsid sha256sum sleep sort tail tar tr uname wc kill`.split(/\s+/)

export class InstallHost {
  readonly directory = temporaryDirectory()
  readonly root = join(this.directory, 'host')
  readonly #bin = join(this.directory, 'bin')
  path = `${this.#bin}:/usr/sbin:/usr/bin:/sbin:/bin`

  constructor() {
    for (const folder of ['etc', 'run', 'usr/lib', 'var/lib']) mkdirSync(join(this.root, folder), { recursive: true })
    this.write('etc/os-release', 'ID=debian\nPRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\n')
    mkdirSync(this.#bin)
    for (const [name, body] of Object.entries(STAND_INS)) this.standIn(name, body)
    onTestFinished(() => {
      const pid = this.has('../agent.pid') ? Number(this.read('../agent.pid')) : 0
      try {
        if (pid > 0) process.kill(pid, 'SIGKILL')
      } catch {
        // It ended before.
      }
    })
  }

  standIn(name: string, body: string): void {
    writeFileSync(join(this.#bin, name), `#!/bin/sh\nHOST='${this.root}'\n${body}\n`)
    chmodSync(join(this.#bin, name), 0o755)
  }

  /** From now on only these programs are found, besides the stand-ins. */
  leaveOnly(names: readonly string[]): void {
    const folder = join(this.directory, 'only')
    mkdirSync(folder)
    for (const name of names) {
      const found = ['/usr/bin', '/bin', '/usr/sbin', '/sbin']
        .map((place) => join(place, name))
        .find((path) => existsSync(path))
      if (found !== undefined) writeFileSync(join(folder, name), `#!/bin/sh\nexec ${found} "$@"\n`, { mode: 0o755 })
    }
    this.path = `${this.#bin}:${folder}`
  }

  write(path: string, content: string, mode = 0o644): string {
    const file = join(this.root, path)
    mkdirSync(join(file, '..'), { recursive: true })
    writeFileSync(file, content, { mode })
    return file
  }

  read(path: string): string {
    return readFileSync(join(this.root, path), 'utf8')
  }

  has(path: string): boolean {
    return existsSync(join(this.root, path))
  }

  /** Every file with its content, to compare two moments. */
  files(): Record<string, string> {
    const found = readdirSync(this.root, { recursive: true, withFileTypes: true })
    const paths = found.map((entry) => relative(this.root, join(entry.parentPath, entry.name))).toSorted()
    return Object.fromEntries(
      paths.map((path) => {
        const stat = statSync(join(this.root, path), { throwIfNoEntry: false })
        return [path, stat?.isFile() ? `${(stat.mode & 0o777).toString(8)} ${this.read(path)}` : 'folder']
      }),
    )
  }

  /** The installer, started as a job of its own, as a terminal would. */
  start(args: readonly string[], environment: Record<string, string> = {}, script = 'install.sh'): ChildProcess {
    const env = { PATH: this.path, OVERDUE_ROOT: this.root, TMPDIR: this.directory, ...environment }
    return spawn('dash', [script, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'], detached: true })
  }

  install(args: readonly string[], environment: Record<string, string> = {}): Promise<Ran> {
    return ended(this.start(args, environment))
  }
}

export function ended(child: ChildProcess): Promise<Ran> {
  const output = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const) {
    child[name]?.setEncoding('utf8').on('data', (chunk: string) => (output[name] += chunk))
  }
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, ...output })))
}
