// Why the store cannot be used: the folder, what is wrong with it, and what to do. Start-up prints these as they are.

export class StoreError extends Error {
  override readonly name = 'StoreError'
  /** What a person can do about it, one sentence. */
  readonly fix: string
  constructor(problem: string, fix: string, options?: ErrorOptions) {
    super(`${problem}. ${fix}`, options)
    this.fix = fix
  }
}
