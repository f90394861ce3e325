// What a look at a dear subject answers before it is read.

/**
 * Is a subject worth reading now? `unchanged`: it is as it was read last. `busy`: somebody writes it at this moment, for
 * `reason`; look again soon. `isFirst`: nothing was read of it yet.
 */
export type Readiness = { kind: 'ready' } | { kind: 'unchanged' } | { kind: 'busy'; reason: string; isFirst: boolean }
