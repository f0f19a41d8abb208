/** The block list, page by page behind the scenes. */
import { Call } from './calls.js'
import { cancelled, ownError, type Site } from './errors.js'
import { Items } from './items.js'
import type { Log } from './log.js'
import type { NativeClient, NativePage, ReadAhead } from './native.js'
import type { CallOptions } from './options.js'
import { nextTurn, PIECE } from './turns.js'
import { BlockedUser, type BlockedUserJSON } from './users.js'

/** @internal */
export let makeList: (
  client: NativeClient,
  options: CallOptions,
  site: Site,
  log: Log | undefined,
) => BlockList

/**
 * A block list to read. Nothing is sent before it is iterated; each iteration reads it anew. The second page is asked for
 * when the first was taken; from then on one page is read ahead, while you look at the users of the one before. Leaving a
 * loop early stops the paging. Nobody is yielded twice.
 *
 * @example
 * ```ts
 * for await (const user of client.list()) console.log(user.waId ?? user.userId)
 * const first = await client.list().toArray({ limit: 10 })
 * ```
 */
export class BlockList implements AsyncIterable<BlockedUser> {
  readonly #client: NativeClient
  readonly #options: CallOptions
  readonly #site: Site
  readonly #log: Log | undefined

  static {
    makeList = (client, options, site, log) => new BlockList(client, options, site, log)
  }

  private constructor(client: NativeClient, options: CallOptions, site: Site, log: Log | undefined) {
    this.#client = client
    this.#options = options
    this.#site = site
    this.#log = log
  }

  /**
   * The users, as pages arrive.
   *
   * @throws {@link WablockError} what the provider or the network said; `ListChangedError` when the list changed more
   * often than it is read again; `CallCancelledError` when the signal aborted.
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

  /** Pages; those that are all wanted come together where they come faster than they are taken. */
  async *#read(ahead: ReadAhead): AsyncGenerator<BlockedUser[], void, undefined> {
    const call = new Call(this.#options, this.#site, this.#log)
    const list = this.#client.list(call.native, ahead)
    let taken: NativePage | null = null
    try {
      for (;;) {
        const page = taken ?? (await call.untilAborted(() => list.nextPage()))
        if (page.error !== null) throw call.failure(page.error)
        if (page.length === 0) return
        for (let start = 0; start < page.length; start += PIECE) {
          if (start > 0) await nextTurn()
          yield usersOf(page, start)
        }
        // A page that is there already costs no promise, but other work gets its turn.
        await nextTurn()
        taken = list.takeAhead()
      }
    } finally {
      call.native.cancel()
    }
  }

  /**
   * The whole list, or its first `limit` users.
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
}

function usersOf(page: NativePage, start: number): BlockedUser[] {
  const ids = page.waIds(start, start + PIECE)
  if (ids !== null) return ids.split('\0').map((wa_id) => new BlockedUser({ wa_id }))
  const rows = JSON.parse(page.users(start, start + PIECE)) as BlockedUserJSON[]
  return rows.map((row) => new BlockedUser(row))
}
