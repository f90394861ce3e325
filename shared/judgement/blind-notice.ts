// What a judge says about itself when it could not hear anybody for a while. People see it beside the verdicts.

export type BlindReason = 'started' | 'paused' | 'clock-jumped' | 'store-stalled' | 'many-late'

/** `servers` are not called late or silent because of it. `since` in epoch ms. */
export type BlindNotice = { since: number; reason: BlindReason; servers: number }
