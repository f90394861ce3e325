// overdue-agent doctor: is everything in place for this host to be heard? Changes nothing, sends no report.
import { type AgentConfig, configFlags, type Flags, loadConfig } from '../config.ts'
import { collectorTarget } from '../collector-target.ts'
import { readEnrolled } from '../enrolled.ts'
import { placesOf } from '../places.ts'
import { checkCollector } from './doctor-collector.ts'
import { checkDelivery } from './doctor-delivery.ts'
import { fail, type Finding, messageOf, ok } from './doctor-finding.ts'
import { checkCredential, checkFactsDirectory, checkOutbox, checkWatcher, checkWritable } from './doctor-machine.ts'
import { type CommandIo, EXIT } from './io.ts'
import { parseFlags } from './parse-flags.ts'
import { harmless } from './snapshot-text.ts'

/** Exit 1 when any check failed; warnings alone are no failure. */
export async function runDoctor(argv: string[], io: CommandIo): Promise<number> {
  const { json, ...flags } = parseFlags(argv, { ...configFlags(), json: { type: 'boolean' } })
  const findings = await examine(flags, io)
  const worst = findings.some(({ result }) => result === 'fail')
    ? 'fail'
    : findings.some(({ result }) => result === 'warn')
      ? 'warn'
      : 'ok'
  if (json === true) io.stdout.write(`${JSON.stringify({ result: worst, checks: findings }, null, 2)}\n`)
  else for (const finding of findings) io.stdout.write(toLines(finding))
  return worst === 'fail' ? EXIT.failed : EXIT.done
}

async function examine(flags: Flags, io: CommandIo): Promise<Finding[]> {
  let config: AgentConfig
  try {
    config = await loadConfig(flags, io.environment)
  } catch (error) {
    // Without settings it is not known where to look for anything.
    return [fail('configuration', messageOf(error), 'correct the setting; "overdue-agent help run" lists them all')]
  }
  const places = placesOf(config)
  return [
    ok('configuration', 'can be read'),
    ...(await collectorFindings(config)),
    await checkCredential(places.credential),
    await checkWritable('state folder', config.stateDirectory),
    await checkWritable('runtime folder', config.runtimeDirectory),
    await checkFactsDirectory(config.factsDirectory),
    ...(await checkWatcher(config.root ?? '/')),
    await checkOutbox(places.outbox),
    ...(await checkDelivery(places.status, Date.now())),
  ]
}

async function collectorFindings(config: AgentConfig): Promise<Finding[]> {
  try {
    return await checkCollector(await collectorTarget(config, await readEnrolled(placesOf(config).enrolled)))
  } catch (error) {
    return [
      fail(
        'collector',
        messageOf(error),
        'give its address: url in agent.toml, or enrol with a join key that brings it',
      ),
    ]
  }
}

const RESULT_WIDTH = 6
const NAME_WIDTH = 16

function toLines({ result, name, says, fix }: Finding): string {
  const line = harmless(`${result.padEnd(RESULT_WIDTH)}${name.padEnd(NAME_WIDTH)}${says}`)
  const hint = fix === null ? '' : `\n${' '.repeat(RESULT_WIDTH + NAME_WIDTH)}-> ${harmless(fix)}`
  return `${line}${hint}\n`
}
