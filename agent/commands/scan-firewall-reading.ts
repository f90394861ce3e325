// Reading for the scan of the firewall: commands that must succeed, and files that may be missing.
import type { HostCommand } from '../host/commands.ts'
import type { Host } from '../host/host.ts'

/** Throws HostError when the command is missing, and Error when it failed. */
export async function printed(host: Host, command: HostCommand): Promise<string> {
  const { exitCode, stdout } = await host.run(command)
  if (exitCode !== 0) throw new Error(`${command} ended with status ${exitCode}`)
  return stdout
}

export async function textOr(host: Host, path: string, otherwise: string): Promise<string> {
  return await host.readText(path).catch(() => otherwise)
}
