/** The options of clients and calls. All defaults are in the core; see each option's documentation. */

import type { Provider } from './config.js'
import type { CheckOptions, CoreCallOptions, CoreClientOptions } from './core-options.js'
import type { Outcome, OutcomeJSON } from './outcome.js'
import type { BlockedUser, User, UserJSON } from './users.js'

export type * from './config.js'
export type { CheckOptions } from './core-options.js'

/** The level of a log record: every request and answer; what changed how the client works; what costs time or attempts. */
export type LogLevel = 'debug' | 'info' | 'warn'

/** Receives log records: `console`, a pino logger, or any object with these methods. */
export interface Logger {
  /** Receives a record of every request and answer. */
  debug(message: string): unknown
  /** Receives a record of what changed how the client works. */
  info(message: string): unknown
  /** Receives a record of what costs time or attempts. */
  warn(message: string): unknown
}

/** Options that override a client's defaults; the second argument of `new Client`. */
export interface ClientOptions extends CoreClientOptions {
  /**
   * Receives log records: `console`, a pino logger, or similar. Default: nothing is logged. Records contain no credentials,
   * and numbers in them are masked. An exception in the logger never affects a call; the first one becomes a process
   * warning.
   */
  readonly logger?: Logger | undefined
  /** The lowest level that the logger receives. Default `info`. */
  readonly logLevel?: LogLevel | undefined
}

/** {@link ClientOptions} of a client whose other settings come from environment variables. */
export interface FromEnvOptions extends ClientOptions {
  /** `SHOP` reads `WABLOCK_SHOP_PROVIDER` and so on, so that one environment can hold several numbers. Default: none. */
  readonly prefix?: string | undefined
}

/** Options that override the client's for one call. */
export interface CallOptions extends CoreCallOptions {
  /** Ends the call: the request in flight is dropped, what was not sent stays unsent. The call rejects with `CallCancelledError`. */
  readonly signal?: AbortSignal | undefined
}

/** {@link CallOptions} of a call over users. */
export interface BulkOptions extends CallOptions, CheckOptions {
  /**
   * Called with the number of distinct users that have an outcome, and the total; the last call is before the promise
   * settles. An exception in it becomes an uncaught exception, as in other listeners.
   */
  readonly onProgress?: ((done: number, total: number) => void) | undefined
}

/**
 * One user: a string in any usual format; a {@link User}, {@link BlockedUser} or {@link Outcome}, or the JSON of one; an object
 * with `user` (a string or any of these), or with `waId`/`wa_id` or `userId`/`user_id` from a webhook.
 *
 * Ids from the API are sent unchanged; only strings, also under `user`, are parsed. If an object has several keys, the wa_id
 * takes precedence over the user id, and the user id over `user`; if they identify different people, that user fails. For an
 * outcome, the user that was sent is used.
 */
export type UserInput =
  | string
  | User
  | UserJSON
  | BlockedUser
  | Outcome
  | OutcomeJSON
  | {
      /** A string in any usual format, or any other user. */
      readonly user: UserInput
    }
  | {
      /** A wa_id as the API gave it. */
      readonly waId: string
    }
  | {
      /** A wa_id as the API gave it. */
      readonly wa_id: string
    }
  | {
      /** A business-scoped id as the API gave it. */
      readonly userId: string
    }
  | {
      /** A business-scoped id as the API gave it. */
      readonly user_id: string
    }

/** Any iterable of users, also an async one. A string, although it is iterable, is one user. */
export type UserInputs<T = UserInput> = (Iterable<T> | AsyncIterable<T>) & {
  /** A string has this method, and a collection does not. */
  readonly charAt?: never
}

/** {@link UserInputs} in which some are missing, for `onMissing: 'fail'`. */
export type UserInputsWithGaps = UserInputs<UserInput | null | undefined>

/** What a provider can do. */
export interface Capabilities {
  /** The provider's id. */
  readonly provider: Provider
  /** Whether the provider still runs the API. */
  readonly status:
    | {
        /** The API is in service. */
        readonly state: 'active'
      }
    | {
        /** The provider has withdrawn it. */
        readonly state: 'retired'
        /** The day, such as `2023-09-30`. */
        readonly since: string
        /** What to know and do about it. */
        readonly notice: string
      }
  /** Maximum number of users per request. */
  readonly maxUsersPerRequest: number
  /** Users requested per page of the list; `null` where the list is a single page. */
  readonly pageSize: number | null
  /** The page size to fall back to when the provider refuses `pageSize`. */
  readonly fallbackPageSize: number | null
  /** Maximum number of users on the list, where the provider states it. */
  readonly maxListSize: number | null
  /** What a block does: neither side can message the other, or only the user's messages no longer arrive. */
  readonly effect: 'both_directions' | 'inbound_callbacks'
  /** A user can be blocked only within this time of their last message, in milliseconds; `null` if there is no such rule. */
  readonly replyWindowMs: number | null
  /** Whether the provider returns a result for every user of a request. */
  readonly perUserResults: boolean
  /** Whether users can be named by business-scoped ids. */
  readonly bsuid: boolean
  /** How long a change may take to show in the list and in effect, in milliseconds. */
  readonly effectiveDelayMs: number
  /** Requests per second the provider allows, where it says so. */
  readonly rateLimit: number | null
}
