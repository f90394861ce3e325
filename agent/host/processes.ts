// The door to the processes of a host: a few files of /proc/PID, read one at a time and at once. The kernel makes them up
// while they are read, so no disk is behind them; to hand each call to a thread of the pool and back would be three
// quarters of what a look at 5,000 processes costs. Nothing is executed, and what
// a process has in its environment is not among the files.
import { HostError } from './host.ts'

export type ProcessText = 'stat' | 'status' | 'cgroup'

/** All methods throw HostError; a process that ended meanwhile is ENOENT. */
export interface Processes {
  /** In ascending order. */
  pids(): number[]
  /** This program. */
  own: ReadonlySet<number>
  /** Whose its folder is; null where that cannot be seen. Good for an order, and for nothing else: it may change at once. */
  owner(pid: number): number | null
  /** Text of the link to the program's file. ENOENT for threads of the kernel, too. */
  exe(pid: number): string
  text(pid: number, file: ProcessText): string
  /** Each piece is valid until the next is asked for. */
  maps(pid: number): Iterable<Buffer>
  /** Is its root directory the host's? A private mount namespace keeps it, a container or chroot does not. */
  hasHostRoot(pid: number): Promise<boolean>
  /** Does it live in the user namespace of the host, in which only root mounts anything? */
  isInHostUserNamespace(pid: number): boolean
  /** Is there, where the process looks, a file of exactly this name, with this inode where one is given? */
  hasFile(pid: number, path: string, inode: number | null): Promise<boolean>
  /** Does the folder of `path` lie on `device` ("fe:00")? Null where devices do not tell, or cannot be read. */
  isOnDevice(path: string, device: string): boolean | null
}

/** What stat(2) of a dead network file system, or one that a user made, may take. */
const LOOK_MS_MAX = 2_000

/** Rejects with HostError when `look` does not answer in time: somebody else's file system may never do. */
export async function inTime<T>(what: string, look: Promise<T>): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(
    () => reject(new HostError('OTHER', `${what}: no answer within ${LOOK_MS_MAX / 1000} s`)),
    LOOK_MS_MAX,
  )
  try {
    return await Promise.race([look, late])
  } finally {
    clearTimeout(timer)
  }
}
