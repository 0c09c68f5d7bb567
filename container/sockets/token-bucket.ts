/** Tokens are added over time, up to `burst`. */
export type TokenRate = { readonly perMs: number; readonly burst: number }

/** Limits a rate. Uses the monotonic clock: a step of the wall clock would empty or fill the bucket. */
export class TokenBucket {
  private readonly rate: TokenRate
  private tokens: number
  private at: number

  constructor(rate: TokenRate, at: number) {
    this.rate = rate
    this.tokens = rate.burst
    this.at = at
  }

  /** Spends tokens even if there are not enough: the debt is paid back over time. False: none is left. */
  spend(count: number, at: number): boolean {
    this.earn(at)
    this.tokens -= count
    return this.tokens > 0
  }

  /** Takes one token if there is one. */
  take(at: number): boolean {
    this.earn(at)
    if (this.tokens < 1) return false
    this.tokens -= 1
    return true
  }

  giveBack(at: number): void {
    this.earn(at)
    this.tokens = Math.min(this.rate.burst, this.tokens + 1)
  }

  hasAny(at: number): boolean {
    this.earn(at)
    return this.tokens > 0
  }

  isFull(at: number): boolean {
    this.earn(at)
    return this.tokens >= this.rate.burst
  }

  private earn(at: number): void {
    this.tokens = Math.min(this.rate.burst, this.tokens + (at - this.at) * this.rate.perMs)
    this.at = at
  }
}
