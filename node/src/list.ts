/** The block list, page by page behind the scenes. */
import { inspect } from 'node:util'

import type { Calls } from './calls.js'
import { Problem } from './convert.js'
import { cancelled, typed } from './failures.js'
import { MAKE } from './native.js'
import type { CallOptions, Provider } from './options.js'
import { UserSet } from './sets.js'
import { BlockedUser, type BlockedUserJSON } from './users.js'
import type { Site } from './wablock-error.js'

/**
 * A block list, read by iterating or awaiting it. Nothing is sent before that; every iteration and every `await`
 * reads the list again. The second page is requested after the first was read; from then on one page is read ahead, while
 * you process the previous one. Leaving a loop early stops the paging. No user is yielded twice.
 *
 * @example
 * ```ts
 * for await (const user of client.list()) console.log(user.waId ?? user.userId)
 * const all = await client.list()
 * const first = await client.list().toArray({ limit: 10 })
 * ```
 */
export class BlockList implements AsyncIterable<BlockedUser>, PromiseLike<BlockedUser[]> {
  readonly #calls: Calls
  readonly #provider: Provider
  readonly #options: CallOptions
  readonly #site: Site

  private constructor(calls: Calls, provider: Provider, options: CallOptions, site: Site) {
    this.#calls = calls
    this.#provider = provider
    this.#options = options
    this.#site = site
  }

  /** @internal */
  static [MAKE](calls: Calls, provider: Provider, options: CallOptions, site: Site): BlockList {
    return new BlockList(calls, provider, options, site)
  }

  /**
   * The users, as pages arrive.
   *
   * @throws {@link WablockError} if listing fails; `ListChangedError` if the list kept changing; `CallCancelledError` if the
   * signal aborted.
   */
  async *[Symbol.asyncIterator](): AsyncGenerator<BlockedUser, void, undefined> {
    const { signal } = this.#options
    for await (const page of this.pages()) {
      for (const user of page) {
        if (signal?.aborted) throw cancelled(signal, this.#site)
        yield user
      }
    }
  }

  /** The users in the pages of the provider; never an empty page. Very long pages come in parts. */
  pages(): AsyncGenerator<BlockedUser[], void, undefined> {
    return this.#read(true)
  }

  async *#read(ahead: boolean): AsyncGenerator<BlockedUser[], void, undefined> {
    const calls = this.#calls
    const { native } = calls
    const call = calls.open(this.#options, this.#site)
    try {
      const list = native.list(call.token, ahead)
      for (;;) {
        const rows = await calls.step(call, (token) => native.nextRows(token, list))
        if (rows === null) return
        yield (rows as BlockedUserJSON[]).map((row) => new BlockedUser(row))
      }
    } finally {
      // Ends what is read ahead.
      native.cancel(call.token)
      calls.end(call)
    }
  }

  /**
   * All users of the list, or its first `limit` users.
   *
   * @throws as the iteration does; what was read before an error is lost then.
   */
  async toArray({ limit }: { readonly limit?: number | undefined } = {}): Promise<BlockedUser[]> {
    if (limit !== undefined && limit !== Infinity && !(Number.isInteger(limit) && limit >= 0)) {
      const message = `\`limit\` must be a whole number from 0 up, not ${limit}`
      throw typed(new Problem(message, 'Leave it out for all users.'), this.#site)
    }
    const all: BlockedUser[] = []
    if (limit === 0) return all
    // Whoever wants only the first users is to send for no others.
    for await (const page of this.#read(limit === undefined)) {
      for (const user of page) {
        all.push(user)
        if (all.length === limit) return all
      }
    }
    return all
  }

  /**
   * All users of the list, to look up many of them in any number format; for one user, use `client.isBlocked`.
   *
   * @throws as the iteration does.
   */
  async toSet(): Promise<UserSet> {
    return new UserSet(await this.toArray())
  }

  /** All users of the list: `await client.list()` is `await client.list().toArray()`. */
  // biome-ignore lint/suspicious/noThenProperty: it is there to be awaited
  then<A = BlockedUser[], B = never>(
    onfulfilled?: ((users: BlockedUser[]) => A | PromiseLike<A>) | null,
    onrejected?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    return this.toArray().then(onfulfilled, onrejected)
  }

  /** How to use it. */
  toString(): string {
    return `BlockList(${this.#provider}: not read yet; use "for await", or await it for an array)`
  }

  /** @internal */
  [inspect.custom](): string {
    return this.toString()
  }
}
