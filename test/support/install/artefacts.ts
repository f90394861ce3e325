// A folder of artefacts as the build makes it, small enough to install from dozens of times: the real bundle, and as its
// runtime a script that calls the pinned one.
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { chmodSync, copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const ARCHIVES = ['node-linux-x64.tar.xz', 'node-linux-arm64.tar.xz']

const AGENT_UNIT = `[Service]
ExecStart=/usr/bin/overdue-agent run
[Install]
WantedBy=multi-user.target
`

export type ArtefactSettings = {
  bundle: string
  version?: string
  /** Body of the script that stands for the runtime; it calls the pinned one unless it says otherwise. */
  runtime?: string
  /** Further files of a host, by path. */
  files?: Record<string, string>
}

/** Makes `folder`, which must not exist. */
export function makeArtefacts(
  folder: string,
  { bundle, version = '0.1.0', runtime, files = {} }: ArtefactSettings,
): void {
  mkdirSync(folder, { recursive: true })
  copyFileSync('install.sh', join(folder, 'install.sh'))
  copyFileSync(bundle, join(folder, 'overdue-agent.cjs'))
  writeFileSync(join(folder, 'VERSION'), `${version}\n`)
  const runtimeFiles = { node: `#!/bin/sh\n${runtime ?? `exec '${process.execPath}' "$@"`}\n`, 'LICENSE.node': 'MIT\n' }
  for (const name of ARCHIVES)
    pack(join(folder, name), `${folder}.runtime`, { ...runtimeFiles, 'lib/note': '' }, ['-J'])
  const hostFiles = {
    'usr/bin/overdue-agent': '#!/bin/sh\n',
    'usr/lib/systemd/system/overdue-agent.service': AGENT_UNIT,
    'usr/lib/sysusers.d/overdue-agent.conf': 'u overdue-agent -\n',
    'usr/lib/tmpfiles.d/overdue-agent.conf': 'd /run/overdue\n',
    ...files,
  }
  pack(join(folder, 'overdue-agent-files.tar'), `${folder}.files`, hostFiles, [])
  writeSums(folder)
}

/** SHA256SUMS over what is in the folder now. */
export function writeSums(folder: string): void {
  const names = readdirSync(folder).filter((name) => name !== 'SHA256SUMS')
  const sum = (name: string) =>
    createHash('sha256')
      .update(readFileSync(join(folder, name)))
      .digest('hex')
  writeFileSync(join(folder, 'SHA256SUMS'), names.map((name) => `${sum(name)}  ${name}\n`).join(''))
}

function pack(archive: string, from: string, files: Record<string, string>, compress: string[]): void {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(join(from, path, '..'), { recursive: true })
    writeFileSync(join(from, path), content)
    chmodSync(join(from, path), /(^|bin\/)(node|overdue-agent)$/.test(path) ? 0o755 : 0o644)
  }
  execFileSync('tar', ['--mtime=@0', '-c', ...compress, '-f', archive, '-C', from, ...Object.keys(files)])
}
