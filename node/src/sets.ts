/** Users that can be looked up in any spelling. */
import { inspect } from 'node:util'

import type { NativeUserSet } from './addon.js'
import { guarded, siteOf } from './failures.js'
import { oneOf } from './given.js'
import { native } from './native.js'
import type { UserInput } from './options.js'
import type { BlockedUser, BlockedUserJSON } from './users.js'

/**
 * The users of a complete block list, to look up many of them without reading it again.
 *
 * @example
 * ```ts
 * const blocked = await client.list().toSet()
 * blocked.has('+1 (650) 555-1234')
 * ```
 */
export class UserSet {
  /** How many users the list has. */
  readonly size: number
  readonly #native: NativeUserSet

  /**
   * From the users of a list, or their JSON.
   *
   * @throws {@link ConfigError} if they are not users of a list.
   */
  constructor(users: Iterable<BlockedUser | BlockedUserJSON>) {
    const all = [...users]
    this.size = all.length
    this.#native = guarded(siteOf(new.target), () => new native.NativeUserSet(JSON.stringify(all)))
  }

  /**
   * Whether a user is on the list; accepts any number format with a country code, and any value from wablock.
   *
   * @throws {@link InvalidUserError} if it is not a valid user; {@link UnsupportedError} if the list cannot answer, because
   * some of its rows lack the kind of id that you passed.
   */
  has(user: UserInput): boolean {
    const site = siteOf(this.has)
    return guarded(site, () => this.#native.has(oneOf(user, 'the user')))
  }

  /** How many users there are. */
  toString(): string {
    return `UserSet(${this.size} ${this.size === 1 ? 'user' : 'users'})`
  }

  /** @internal A count only: phone numbers are personal data. */
  [inspect.custom](): string {
    return this.toString()
  }
}
