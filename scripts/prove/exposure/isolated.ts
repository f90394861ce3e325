// The tools write to /etc, /var and /run. In a mount namespace of its own, with layers of memory over these, nothing of it
// stays, and nothing of it meets what runs here.
import { spawnSync } from 'node:child_process'

const INSIDE = 'OVERDUE_PROVE_ISOLATED'

const LAYERED = `set -e
mount -t tmpfs tmpfs /mnt
for folder in etc var; do
  mkdir -p /mnt/upper/$folder /mnt/scratch/$folder
  mount -t overlay overlay -o lowerdir=/$folder,upperdir=/mnt/upper/$folder,workdir=/mnt/scratch/$folder /$folder
done
mount -t tmpfs tmpfs /run
mkdir -p /run/netns /run/lock
exec "$@"`

/** Null inside; else the exit code of this program run again in there. */
export function runIsolated(): number | null {
  if (process.env[INSIDE] === '1') return null
  const again = [process.execPath, ...process.execArgv, ...process.argv.slice(1)]
  const { status } = spawnSync(
    'unshare',
    ['--mount', '--propagation', 'private', 'sh', '-c', LAYERED, 'sh', ...again],
    {
      stdio: 'inherit',
      env: { ...process.env, [INSIDE]: '1' },
    },
  )
  return status ?? 1
}
