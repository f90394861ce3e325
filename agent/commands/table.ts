// Every command, written out. Each is loaded when it is called: the resident agent never evaluates what a one-shot needs.
import type { RunCommand } from './io.ts'

export type Command = { name: string; summary: string; load: () => Promise<RunCommand> }

export const COMMANDS: readonly Command[] = [
  {
    name: 'run',
    summary: 'watch this host and report to the collector until stopped',
    load: async () => (await import('./run.ts')).runRun,
  },
  {
    name: 'status',
    summary: 'what this host would be judged, and what the collector knows',
    load: async () => (await import('./status.ts')).runStatus,
  },
  {
    name: 'snapshot',
    summary: 'read this host, or a recorded one, and print every section',
    load: async () => (await import('./snapshot.ts')).runSnapshot,
  },
  {
    name: 'explain',
    summary: 'why this host is judged as it is: every signal, and which decided',
    load: async () => (await import('./explain.ts')).runExplain,
  },
  {
    name: 'check',
    summary: 'a plugin for Nagios and its like: 0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN',
    load: async () => (await import('./check.ts')).runCheck,
  },
  {
    name: 'doctor',
    summary: 'is everything in place for this host to be heard',
    load: async () => (await import('./doctor.ts')).runDoctor,
  },
  {
    name: 'report',
    summary: 'look and report now',
    load: async () => (await import('./report.ts')).runReport,
  },
  {
    name: 'enroll',
    summary: 'make this host known to a collector, with a join key',
    load: async () => (await import('./enroll.ts')).runEnroll,
  },
  {
    name: 'leave',
    summary: 'tell the collector that this host is not watched any more',
    load: async () => (await import('./leave.ts')).runLeave,
  },
  {
    name: 'scan firewall',
    summary: 'find which ports anyone on the internet can reach, from the rules of the firewall',
    load: async () => (await import('./scan-firewall.ts')).runScanFirewall,
  },
  {
    name: 'scan inventory',
    summary: 'find make, model, CPU, memory, disks, and what rpm, images and Livepatch tell of a restart',
    load: async () => (await import('./scan-inventory.ts')).runScanInventory,
  },
  {
    name: 'scan processes',
    summary: 'find which processes still run code that an upgrade replaced',
    load: async () => (await import('./scan-processes.ts')).runScanProcesses,
  },
  {
    name: 'scan updates',
    summary: 'find what waits to be upgraded, whether this host upgrades itself, and what upgrades fixed',
    load: async () => (await import('./scan-updates.ts')).runScanUpdates,
  },
  {
    name: 'hook print',
    summary: 'what to paste into a deploy tool, so that a deploy ends with the truth on the dashboard',
    load: async () => (await import('./hook-print.ts')).runHookPrint,
  },
  {
    name: 'version',
    summary: 'print the version',
    load: async () => (await import('./version.ts')).runVersion,
  },
  {
    name: 'help',
    summary: 'print how to use a command',
    load: async () => (await import('./help.ts')).helpOn(COMMANDS),
  },
]
