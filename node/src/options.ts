/** The options of clients and calls. All defaults are in the core; see each option's documentation. */

import type { Outcome, OutcomeJSON } from './outcome.js'
import type { BlockedUser, User, UserJSON } from './users.js'

/** The ids of the providers. */
export type Provider = 'meta' | 'nxcloud' | '99digital' | 'sinch'

interface Reachable {
  /** Host to call instead of the provider's: a proxy, or the sandbox. */
  readonly baseUrl?: string | undefined
  /** Consent to a `baseUrl` with plain http that is not this machine. Default `false`. */
  readonly allowHttp?: boolean | undefined
}

/**
 * Meta Cloud API.
 *
 * @example
 * ```ts
 * const client = new Client({ provider: 'meta', accessToken: 'EAAB...', phoneNumberId: '106540352242922' })
 * ```
 */
export interface MetaConfig extends Reachable {
  /** Which provider: this one. */
  readonly provider: 'meta'
  /** Access token of a system user or business. */
  readonly accessToken: string
  /** Id of the business phone number, not the number itself. A string: it has more digits than a number can hold. */
  readonly phoneNumberId: string
  /** App secret; when given, every request carries `appsecret_proof`. */
  readonly appSecret?: string | undefined
  /** Graph API version. Default `v26.0`. */
  readonly version?: string | undefined
  /** Users asked for in one page of the list. Default 1,000, and 100 where that is refused. */
  readonly pageSize?: number | undefined
  /** Users in one request. Default 1,000, which is the most. */
  readonly batchSize?: number | undefined
}

/**
 * NxCloud.
 *
 * @example
 * ```ts
 * const client = new Client({ provider: 'nxcloud', accessKey, accessSecret, appKey, businessPhone: '85255500001' })
 * ```
 */
export interface NxCloudConfig extends Reachable {
  /** Which provider: this one. */
  readonly provider: 'nxcloud'
  /** Account id, sent as the header `accessKey`. */
  readonly accessKey: string
  /** Secret that signs every request; never sent. */
  readonly accessSecret: string
  /** Key of the WhatsApp application, sent in the body. */
  readonly appKey: string
  /** The business's WhatsApp number with country code. */
  readonly businessPhone: string
  /** Digest of the signature. Default `md5`, which is NxCloud's. */
  readonly algorithm?: 'md5' | 'sha256' | undefined
  /** Users asked for in one page of the list. Default 100. */
  readonly pageSize?: number | undefined
  /** Users per request; no maximum is documented, wablock accepts up to 1,000. Default 100. */
  readonly batchSize?: number | undefined
  /** Send business-scoped ids through; whether NxCloud takes them is not documented. Default `false`. */
  readonly allowBsuid?: boolean | undefined
}

/**
 * 99digital.
 *
 * @example
 * ```ts
 * const client = new Client({ provider: '99digital', apiKey, fromNumber: '972555000001' })
 * ```
 */
export interface Digital99Config extends Reachable {
  /** Which provider: this one. */
  readonly provider: '99digital'
  /** API key, sent in the body. */
  readonly apiKey: string
  /** The business's WhatsApp number with country code. */
  readonly fromNumber: string
  /** Path of block. Default `whatsapp/v2/block`, as documented. */
  readonly blockPath?: string | undefined
  /** Path of unblock; its documentation is not public, so the default is a guess: `whatsapp/v2/unblock`. */
  readonly unblockPath?: string | undefined
  /** Path of list; its documentation is not public, so the default is a guess: `whatsapp/v2/getBlockedList`. */
  readonly listPath?: string | undefined
  /** `reason` numbers to send again after. Default none, because only 1 to 3 have a known meaning. */
  readonly retryableReasons?: readonly number[] | undefined
  /** Send business-scoped ids through; whether 99digital takes them is not documented. Default `false`. */
  readonly allowBsuid?: boolean | undefined
}

/**
 * Sinch's standalone WhatsApp API, which Sinch retired on 30 September 2023: the first client made for it emits a
 * process warning. A block there stops inbound callbacks only.
 *
 * @example
 * ```ts
 * const client = new Client({ provider: 'sinch', token, botId, region: 'eu1' })
 * ```
 */
export interface SinchConfig extends Reachable {
  /** Which provider: this one. */
  readonly provider: 'sinch'
  /** Bearer token, issued with the bot id. */
  readonly token: string
  /** Bot id. */
  readonly botId: string
  /** Where the bot lives; the other host answers 401. Default `us1`. */
  readonly region?: 'us1' | 'eu1' | undefined
  /** Numbers in one request. Default 20, which is the most. */
  readonly batchSize?: number | undefined
}

/** The configuration of a provider. */
export type ClientConfig = MetaConfig | NxCloudConfig | Digital99Config | SinchConfig

/** How much a log record matters: every request and answer; what changed how the client works; what costs time or attempts. */
export type LogLevel = 'debug' | 'info' | 'warn'

/** Who takes log records: `console`, a pino logger, or any object with these methods. */
export interface Logger {
  /** Takes a record of every request and answer. */
  debug(message: string): unknown
  /** Takes a record of what changed how the client works. */
  info(message: string): unknown
  /** Takes a record of what costs time or attempts. */
  warn(message: string): unknown
}

/** Options that override a client's defaults; the second argument of `new Client`. */
export interface ClientOptions {
  /** For a call with all its attempts and waits, in milliseconds. Default 60,000 for a call about one user; none for the others. */
  readonly timeoutMs?: number | undefined
  /** To open a connection, in milliseconds. Default 5,000. */
  readonly connectTimeoutMs?: number | undefined
  /** For one attempt, in milliseconds. Default 30,000. */
  readonly attemptTimeoutMs?: number | undefined
  /** Attempts after the first. Default 2. */
  readonly maxRetries?: number | undefined
  /** Requests at once of one bulk call. Default 8. */
  readonly concurrency?: number | undefined
  /** Requests per second. Default: what the provider documents, where it does. */
  readonly rateLimit?: number | undefined
  /** ISO 3166 region for numbers in national format, such as `IL`. Default: only international numbers are accepted. */
  readonly defaultRegion?: string | undefined
  /** Largest answer read, after decompression, in bytes. Default 8 MiB. */
  readonly maxResponseBytes?: number | undefined
  /** How often a list is re-read because it changed. Default 3. */
  readonly listRestarts?: number | undefined
  /** URL of a proxy. Default: those of the environment; this machine is never reached through one. */
  readonly proxy?: string | undefined
  /**
   * Additional certificate authorities: PEM as text or a Buffer, the path of a PEM file, or several of these. They are trusted
   * as well as the system's (also those of `SSL_CERT_FILE`), the bundled ones, and those of Node's `NODE_EXTRA_CA_CERTS`.
   */
  readonly caCertificates?: string | Uint8Array | URL | readonly (string | Uint8Array | URL)[] | undefined
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
export interface CallOptions {
  /** Ends the call: the request in flight is dropped, what was not sent stays so. The call rejects with `CallCancelledError`. */
  readonly signal?: AbortSignal | undefined
  /** For the call with all its attempts and waits, in milliseconds. Reading users from an async source counts too. */
  readonly timeoutMs?: number | undefined
  /** Attempts after the first. */
  readonly maxRetries?: number | undefined
}

/** What {@link Client.check} does otherwise. */
export interface CheckOptions {
  /**
   * How to treat a missing value (`null`, `undefined`, `NaN`) among many users: `raise` rejects the call before anything is
   * sent, `fail` lets only that row fail. Default `raise`.
   */
  readonly onMissing?: 'raise' | 'fail' | undefined
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

/** Any collection of users, also one that arrives over time. Text, although it can be iterated, is one user. */
export type UserInputs = Many<UserInput>

/** {@link UserInputs} in which some are missing, for `onMissing: 'fail'`. */
export type UserInputsWithGaps = Many<UserInput | null | undefined>

type Many<T> = (Iterable<T> | AsyncIterable<T>) & {
  /** What text has, and a collection has not. */
  readonly charAt?: never
}

/** What a provider can do. */
export interface Capabilities {
  /** The provider's id. */
  readonly provider: Provider
  /** Whether the provider still runs the API. */
  readonly status:
    | {
        /** It runs. */
        readonly state: 'active'
      }
    | {
        /** It was ended. */
        readonly state: 'retired'
        /** The day, such as `2023-09-30`. */
        readonly since: string
        /** What that means. */
        readonly notice: string
      }
  /** Most users in one request. */
  readonly maxUsersPerRequest: number
  /** Users requested per page of the list; `null` where the list is a single page. */
  readonly pageSize: number | null
  /** The page size to fall back to when the provider refuses `pageSize`. */
  readonly fallbackPageSize: number | null
  /** Most users on the list, where the provider states it. */
  readonly maxListSize: number | null
  /** What a block does: neither side can message the other, or only the user's messages no longer arrive. */
  readonly effect: 'both_directions' | 'inbound_callbacks'
  /** A user can be blocked only within this time of their last message, in milliseconds; `null` where there is no such rule. */
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
