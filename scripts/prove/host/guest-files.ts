// What a tree needs to be a machine of its own: how it mounts its disk, gets its address and is told what to do.

/**
 * The second serial line takes commands: a line of shell in base64, answered by its exit code and what it printed. It is
 * no terminal to the command (setsid): an installer would ask questions there.
 */
const CONTROL = `#!/bin/sh
exec </dev/ttyS1 >/dev/ttyS1
stty raw -echo
echo ready
while read -r line; do
  code=0
  said=$(setsid -w sh -c "$(printf %s "$line" | base64 -d)" 2>&1 </dev/null) || code=$?
  printf '%s %s\\n' "$code" "$(printf %s "$said" | base64 -w0)"
done
`

const CONTROL_UNIT = `[Unit]
Description=Takes commands from the proof
After=multi-user.target
[Service]
ExecStart=/usr/local/sbin/prove-control
Restart=always
Environment=HOME=/root
[Install]
WantedBy=multi-user.target
`

export const GUEST_FILES: readonly { path: string; content: string; mode: number }[] = [
  { path: 'etc/hostname', content: 'proof\n', mode: 0o644 },
  { path: 'etc/hosts', content: '127.0.0.1 localhost\n127.0.1.1 proof\n', mode: 0o644 },
  { path: 'etc/fstab', content: '/dev/vda / ext4 errors=remount-ro 0 1\n', mode: 0o644 },
  { path: 'etc/systemd/network/eth.network', content: '[Match]\nName=eth*\n[Network]\nDHCP=yes\n', mode: 0o644 },
  { path: 'etc/systemd/system/prove-control.service', content: CONTROL_UNIT, mode: 0o644 },
  { path: 'usr/local/sbin/prove-control', content: CONTROL, mode: 0o755 },
]
export const GUEST_UNITS = ['prove-control.service', 'systemd-networkd.service']
