// Keeps a child process running, as systemd would: a crash is told and answered by a restart.
import { spawn, type ChildProcess } from 'node:child_process'

const RESTART_DELAY_MS = 500
const STOP_DEADLINE_MS = 5_000
/** A child that ends this soon after its start has a reason that a restart does not mend. */
const TOO_SOON_MS = 1_000
const CRASHES_IN_A_ROW_MAX = 5

export type Supervised = {
  pid(): number | undefined
  /** SIGTERM, then SIGKILL; resolves when the process is gone. */
  stop(): Promise<void>
  /** Rejects when the child cannot be kept running. */
  failed: Promise<never>
}

export type ChildCommand = { name: string; file: string; args: string[]; environment?: NodeJS.ProcessEnv }

/** Children write to our stderr; stdout stays ours alone. */
export function supervise(command: ChildCommand, tell: (line: string) => void): Supervised {
  const failure = Promise.withResolvers<never>()
  // The caller may be past the point where it waits for a failure.
  failure.promise.catch(() => {})
  let child: ChildProcess
  let stopping = false
  let crashes = 0

  const start = () => {
    const startedAt = performance.now()
    child = spawn(command.file, command.args, {
      stdio: ['ignore', 2, 2],
      env: { ...process.env, ...command.environment },
      // A Ctrl-C in the terminal reaches the whole group: ours alone decides the order of the stop.
      detached: true,
    })
    child.on('error', (error) => failure.reject(error))
    child.on('exit', (code, signal) => {
      if (stopping) return
      crashes = performance.now() - startedAt < TOO_SOON_MS ? crashes + 1 : 0
      if (crashes >= CRASHES_IN_A_ROW_MAX || (code === 2 && crashes > 0)) {
        failure.reject(new Error(`the ${command.name} does not stay up (${signal ?? `exit code ${code}`})`))
        return
      }
      tell(`the ${command.name} ended (${signal ?? `exit code ${code}`}); starting it again`)
      setTimeout(() => stopping || start(), RESTART_DELAY_MS)
    })
  }
  start()

  return {
    pid: () => child.pid,
    failed: failure.promise,
    async stop() {
      stopping = true
      if (child.exitCode !== null || child.signalCode !== null) return
      const gone = new Promise((resolve) => child.once('exit', resolve))
      child.kill('SIGTERM')
      const deadline = setTimeout(() => child.kill('SIGKILL'), STOP_DEADLINE_MS)
      await gone
      clearTimeout(deadline)
    },
  }
}
