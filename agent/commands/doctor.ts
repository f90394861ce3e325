// overdue-agent doctor: is everything in place for this host to be heard? Changes nothing, sends no report.
import { systemClock } from '../../shared/clock.ts'
import type { Host } from '../host/host.ts'
import { createLinuxHost } from '../host/linux-host.ts'
import { type AgentConfig, configFlags, type Flags, loadConfig } from '../settings/config.ts'
import { collectorTarget } from '../enrolment/collector-target.ts'
import type { Credential } from '../enrolment/credential.ts'
import { openKeyring } from '../enrolment/keyring.ts'
import { readEnrolled } from '../enrolment/enrolled.ts'
import { placesOf } from '../settings/places.ts'
import { checkAccepted } from './doctor-accepted.ts'
import { checkCollector } from './doctor-collector.ts'
import { checkDelivery } from './doctor-delivery.ts'
import { checkExposure } from './doctor-exposure.ts'
import { checkProcesses } from './doctor-processes.ts'
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
  const host = await watchedHost(config)
  const { finding: credentialFinding, credential } = await checkCredential(places.credential)
  return [
    ok('configuration', 'can be read'),
    credentialFinding,
    ...(await collectorFindings(config, credential)),
    await checkWritable('state folder', config.stateDirectory),
    await checkWritable('runtime folder', config.runtimeDirectory),
    await checkFactsDirectory(config.factsDirectory),
    ...(await checkExposure(config, host, Date.now())),
    await checkProcesses(config.factsDirectory, host),
    ...(await checkWatcher(config.root ?? '/')),
    await checkOutbox(places.outbox),
    ...(await checkDelivery(places.status, Date.now())),
  ]
}

async function watchedHost({ root }: AgentConfig): Promise<Host> {
  if (root === null) return createLinuxHost({ root: '/', clock: systemClock })
  return (await import('../host/recorded-host.ts')).createRecordedHost({ directory: root, clock: 'live' })
}

async function collectorFindings(config: AgentConfig, credential: Credential | null): Promise<Finding[]> {
  try {
    const places = placesOf(config)
    const target = await collectorTarget(config, await readEnrolled(places.enrolled))
    const way = await checkCollector(target)
    const isGood = way.every(({ result }) => result !== 'fail')
    if (!isGood || credential === null) return way
    return [...way, await checkAccepted(target, await openKeyring(places, credential))]
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
