// What a rule about promotion answers: should a person look now?

export type Promotion = {
  raised: boolean
  /** When time alone changes the answer; null: never. */
  changesAt: number | null
}
