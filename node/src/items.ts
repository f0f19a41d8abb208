/**
 * The items of pages, one after another.
 *
 * An async generator would do the same at several times the cost of an item, most of all before it is compiled; lists
 * have tens of thousands of items.
 *
 * @internal
 * @module
 */

/** @internal Begins no page before it is asked for its first item. */
export class Items<T> implements AsyncIterableIterator<T, void, undefined> {
  readonly #pages: AsyncGenerator<readonly T[], void, undefined>
  readonly #check: () => void
  #page: readonly T[] = []
  #at = 0
  #turning: Promise<IteratorResult<T, void>> | undefined
  #ended = false

  /** `check` throws when there is to be no further item. */
  constructor(pages: AsyncGenerator<readonly T[], void, undefined>, check: () => void) {
    this.#pages = pages
    this.#check = check
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  next(): Promise<IteratorResult<T, void>> {
    // Asked for more before the last answer came: one after another.
    if (this.#turning !== undefined) {
      return this.#turning.then(
        () => this.next(),
        () => this.next(),
      )
    }
    if (this.#at === this.#page.length || this.#ended) {
      if (this.#ended) return Promise.resolve({ value: undefined, done: true })
      this.#turning = this.#turn().finally(() => {
        this.#turning = undefined
      })
      return this.#turning
    }
    try {
      return Promise.resolve({ value: this.#take(), done: false })
    } catch (problem) {
      return this.#fail(problem)
    }
  }

  async return(): Promise<IteratorResult<T, void>> {
    this.#ended = true
    await this.#pages.return()
    return { value: undefined, done: true }
  }

  #take(): T {
    this.#check()
    return this.#page[this.#at++] as T
  }

  /** The first item of the next page, which is never empty. */
  async #turn(): Promise<IteratorResult<T, void>> {
    try {
      const { value, done } = await this.#pages.next()
      if (done) {
        this.#ended = true
        return { value: undefined, done }
      }
      this.#page = value
      this.#at = 0
      return { value: this.#take(), done: false }
    } catch (problem) {
      return this.#fail(problem)
    }
  }

  async #fail(problem: unknown): Promise<never> {
    await this.return()
    throw problem
  }
}
