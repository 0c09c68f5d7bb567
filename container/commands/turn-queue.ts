/** A piece of work for one device. If it returns a promise, the turns after it wait until the promise is settled. */
type Turn = { readonly isFrame: boolean; readonly run: () => void | Promise<void> }

type TurnQueueOptions = {
  /** False: the device was forgotten, and the turns that still wait are not run. */
  readonly isActive: () => boolean
  /** All turns that can run now have run. */
  readonly onPause: () => void
  /** A turn has thrown, or its promise was rejected. */
  readonly onFault: (cause: unknown) => void
  /** A frame was dropped because too many turns wait. `count`: how many frames were dropped before. */
  readonly onDropped: (count: number) => void
}

/** Limit of waiting turns. Only frames are dropped: other turns are rare, and do not come again. */
export const MAX_WAITING_TURNS = 1_000

/** Runs the turns of one device in order. */
export class TurnQueue {
  private readonly waiting: Turn[] = []
  private readonly options: TurnQueueOptions
  private isWaiting = false
  private dropped = 0

  constructor(options: TurnQueueOptions) {
    this.options = options
  }

  /** True while a turn's promise is not settled. */
  get isBusy(): boolean {
    return this.isWaiting
  }

  add(turn: Turn): void {
    this.waiting.push(turn)
    if (this.waiting.length > MAX_WAITING_TURNS) this.dropFrame()
    this.run()
  }

  private dropFrame(): void {
    const oldest = this.waiting.findIndex(({ isFrame }) => isFrame)
    if (oldest < 0) return
    this.waiting.splice(oldest, 1)
    this.options.onDropped(this.dropped++)
  }

  private run(): void {
    try {
      this.takeTurns()
    } catch (cause) {
      this.options.onFault(cause)
    }
  }

  private takeTurns(): void {
    while (!this.isWaiting) {
      const turn = this.waiting.shift()
      if (turn === undefined) break
      const pending = turn.run()
      if (pending === undefined) continue
      this.isWaiting = true
      pending
        .then(() => {
          this.isWaiting = false
          if (this.options.isActive()) this.run()
        })
        .catch(this.options.onFault)
    }
    this.options.onPause()
  }
}
