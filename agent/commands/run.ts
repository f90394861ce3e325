// overdue-agent run: the resident agent.
import { runAgent } from '../agent.ts'
import { configFlags, loadConfig } from '../settings/config.ts'
import { createAgentContext } from '../context.ts'
import { type CommandIo, EXIT } from './io.ts'
import { parseFlags } from './parse-flags.ts'

export async function runRun(argv: string[], io: CommandIo): Promise<number> {
  const signal = io.shutdownSignal()
  const signals = { report: (): void => undefined }
  // First of all: until then the signal would open this process to debuggers.
  io.onReportSignal(() => signals.report())
  const config = await loadConfig(parseFlags(argv, configFlags()), io.environment)
  await using context = await createAgentContext(config)
  await runAgent(context, signal, signals)
  return EXIT.done
}
