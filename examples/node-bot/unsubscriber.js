// Blocks people, and remembers those who cannot be blocked yet. Blocking is idempotent.
import { mask, NotEligibleError, WablockError } from 'wablock'

export class Unsubscriber {
  // In a real bot these two are a table: a restart must not forget them.
  untilTheyWrite = new Set()
  untilItWorks = new Set()
  #client
  #log
  #working = new Set()

  constructor(client, log = console) {
    this.#client = client
    this.#log = log
  }

  /** Blocks who unsubscribed, and who did so before but could not be blocked then. Never rejects. */
  handle(arrived) {
    const work = (async () => {
      for (const { sender, unsubscribes } of arrived) {
        if (unsubscribes || this.untilTheyWrite.has(sender)) await this.#block(sender)
      }
    })()
    this.#working.add(work)
    return work.finally(() => this.#working.delete(work))
  }

  /** Another attempt for everyone not reached yet. */
  async retry() {
    for (const user of [...this.untilItWorks]) await this.#block(user)
  }

  /** Resolves when all that was handed over is done. */
  async idle() {
    await Promise.all(this.#working)
  }

  async #block(user) {
    this.untilTheyWrite.delete(user)
    this.untilItWorks.delete(user)
    try {
      await this.#client.block(user)
      this.#log.info(`${mask(user)} is blocked`)
    } catch (error) {
      if (error instanceof NotEligibleError) {
        // A day passed since they wrote: this webhook came late. Their next message opens the door again.
        this.untilTheyWrite.add(user)
        this.#log.info(`${mask(user)} can be blocked when they write again`)
        return
      }
      const again = error instanceof WablockError && (error.retryable || error.report?.counts.unknown > 0)
      if (again) this.untilItWorks.add(user)
      this.#log.warn(`${mask(user)} is not blocked: ${error.message}`)
    }
  }
}
