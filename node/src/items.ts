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
  readonly #stopped: () => boolean
  readonly #problem: () => unknown
  #page: readonly T[] = []
  #at = 0
  #turning: Promise<IteratorResult<T, void>> | undefined
  #ended = false

  /** When `stopped` says so there is no further item, and `problem` says why. */
  constructor(
    pages: AsyncGenerator<readonly T[], void, undefined>,
    stopped: () => boolean,
    problem: () => unknown,
  ) {
    this.#pages = pages
    this.#stopped = stopped
    this.#problem = problem
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  next(): Promise<IteratorResult<T, void>> {
    const page = this.#page
    const at = this.#at
    // Nearly always; one item after another, in one function, so that it is fast before it is compiled too.
    if (at < page.length && this.#turning === undefined && !this.#ended && !this.#stopped()) {
      this.#at = at + 1
      return Promise.resolve({ value: page[at] as T, done: false })
    }
    return this.#turnFirst()
  }

  #turnFirst(): Promise<IteratorResult<T, void>> {
    // Asked for more before the last answer came: one after another.
    if (this.#turning !== undefined) {
      return this.#turning.then(
        () => this.next(),
        () => this.next(),
      )
    }
    if (this.#ended) return Promise.resolve({ value: undefined, done: true })
    this.#turning = this.#turn().finally(() => {
      this.#turning = undefined
    })
    return this.#turning
  }

  async return(): Promise<IteratorResult<T, void>> {
    this.#ended = true
    await this.#pages.return()
    return { value: undefined, done: true }
  }

  /** The first item of the next page, which is never empty. */
  async #turn(): Promise<IteratorResult<T, void>> {
    try {
      // The page has more, so it was stopped.
      if (this.#at < this.#page.length) throw this.#problem()
      const { value, done } = await this.#pages.next()
      if (done) {
        this.#ended = true
        return { value: undefined, done }
      }
      if (this.#stopped()) throw this.#problem()
      this.#page = value
      this.#at = 1
      return { value: value[0] as T, done: false }
    } catch (problem) {
      return this.#fail(problem)
    }
  }

  async #fail(problem: unknown): Promise<never> {
    await this.return()
    throw problem
  }
}
