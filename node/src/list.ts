/** The block list, page by page behind the scenes. */
import { inspect } from 'node:util'

import { Call } from './calls.js'
import type { Site } from './errors.js'
import { cancelled, ownError } from './failures.js'
import { Items } from './items.js'
import type { Log } from './log.js'
import type { NativeClient, NativePage, ReadAhead } from './native.js'
import type { CallOptions, Provider } from './options.js'
import { UserSet } from './sets.js'
import { nextTurn, PIECE } from './turns.js'
import { BlockedUser, type BlockedUserJSON } from './users.js'

/** @internal */
export let makeList: (
  client: NativeClient,
  provider: Provider,
  options: CallOptions,
  site: Site,
  log: Log | undefined,
) => BlockList

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
  readonly #client: NativeClient
  readonly #provider: Provider
  readonly #options: CallOptions
  readonly #site: Site
  readonly #log: Log | undefined

  static {
    makeList = (...parts) => new BlockList(...parts)
  }

  private constructor(
    client: NativeClient,
    provider: Provider,
    options: CallOptions,
    site: Site,
    log: Log | undefined,
  ) {
    this.#client = client
    this.#provider = provider
    this.#options = options
    this.#site = site
    this.#log = log
  }

  /**
   * The users, as pages arrive.
   *
   * @throws {@link WablockError} if listing fails; `ListChangedError` if the list kept changing; `CallCancelledError` if the
   * signal aborted.
   */
  [Symbol.asyncIterator](): AsyncIterableIterator<BlockedUser, void, undefined> {
    const { signal } = this.#options
    const stopped = () => signal?.aborted === true
    return new Items(this.pages(), stopped, () => cancelled(signal as AbortSignal, this.#site))
  }

  /** The users in the pages of the provider; never an empty page. Very long pages come in parts. */
  pages(): AsyncGenerator<BlockedUser[], void, undefined> {
    return this.#read('page')
  }

  /** Pages. Where all are wanted and they come faster than they are read, several come together. */
  async *#read(ahead: ReadAhead): AsyncGenerator<BlockedUser[], void, undefined> {
    const call = new Call(this.#options, this.#site, this.#log)
    const list = this.#client.list(call.native, ahead)
    let next: NativePage | null = null
    try {
      for (;;) {
        const page = next ?? (await call.untilAborted(() => list.nextPage()))
        if (page.error !== null) throw call.failure(page.error)
        if (page.length === 0) return
        for (let start = 0; start < page.length; start += PIECE) {
          if (start > 0) await nextTurn()
          yield usersOf(page, start)
        }
        // A page that is there already costs no promise, but other work gets its turn.
        await nextTurn()
        next = list.takeAhead()
      }
    } finally {
      call.native.cancel()
      call.end()
    }
  }

  /**
   * All users of the list, or its first `limit` users.
   *
   * @throws as the iteration does; what was read before an error is lost then.
   */
  async toArray({ limit }: { readonly limit?: number | undefined } = {}): Promise<BlockedUser[]> {
    if (limit !== undefined && !(limit >= 0)) {
      throw ownError(
        'config',
        `\`limit\` must be a number from 0 up, not ${limit}`,
        'Leave it out for all users.',
        this.#site,
      )
    }
    const all: BlockedUser[] = []
    if (limit === 0) return all
    for await (const page of this.#read(limit === undefined ? 'all' : 'none')) {
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

function usersOf(page: NativePage, start: number): BlockedUser[] {
  const ids = page.waIds(start, start + PIECE)
  if (ids !== null) return ids.split('\0').map((wa_id) => new BlockedUser({ wa_id }))
  const rows = JSON.parse(page.users(start, start + PIECE)) as BlockedUserJSON[]
  return rows.map((row) => new BlockedUser(row))
}
