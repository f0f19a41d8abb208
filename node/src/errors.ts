/** The errors of wablock: one class per kind, all under {@link WablockError}. */
import { type InspectOptions, inspect } from 'node:util'

import { native } from './native.js'
import type { Provider } from './options.js'
import type { Report } from './report.js'

/** The stable codes of errors; the same strings in Rust, Python and Node. */
export type ErrorCode =
  | 'config'
  | 'invalid_user'
  | 'auth'
  | 'permission'
  | 'not_found'
  | 'not_eligible'
  | 'own_number'
  | 'list_full'
  | 'list_changed'
  | 'rate_limited'
  | 'rejected'
  | 'server'
  | 'connection'
  | 'timeout'
  | 'protocol'
  | 'unsupported'
  | 'cancelled'
  | 'closed'
  | 'other'

/** An error as JSON; the same in every language. */
export interface ErrorJSON {
  /** The stable code of the kind. */
  readonly code: ErrorCode
  /** What happened. */
  readonly message: string
  /** What to do about it. */
  readonly hint: string
  /** The provider that returned the error. */
  readonly provider?: Provider
  /** The provider's own code as text. */
  readonly provider_code?: string
  /** The HTTP status of the answer. */
  readonly status?: number
  /** The provider's id of the request. */
  readonly request_id?: string
  /** Whether the same call may succeed later. */
  readonly retryable: boolean
  /** Seconds. */
  readonly retry_after?: number
  /** The option that the error is about. */
  readonly option?: string
  /** The operating system's error code of a failed connection, such as `ECONNREFUSED`. */
  readonly os_code?: string
}

/** An object whose `stack` shows where a call was made, as `Error.captureStackTrace` fills it. */
export interface Site {
  /** The stack, from the place of the call. */
  stack?: string
}

/** What an error can have in addition to its data. */
export interface ErrorContext {
  /** What is known of every input. */
  readonly report?: Report | undefined
  /** What led to the error. */
  readonly cause?: unknown
  /** Where the call was made. */
  readonly site?: Site | undefined
}

/**
 * The base class of all wablock errors.
 *
 * Its own fields are safe to log: `report`, which contains the numbers, is not enumerable, so loggers and `JSON.stringify`
 * leave it out.
 *
 * @example
 * ```ts
 * try {
 *   await client.block('+16505551234')
 * } catch (error) {
 *   if (!(error instanceof WablockError)) throw error
 *   console.log(error.code, error.hint, error.retryable)
 * }
 * ```
 */
export class WablockError extends Error {
  /** The stable code of the kind, such as `not_eligible`. */
  readonly code: ErrorCode
  /** What to do about it. */
  readonly hint: string
  /** The provider that answered, where one did. */
  readonly provider: Provider | undefined
  /** The provider's own code as text, such as `131047`. */
  readonly providerCode: string | undefined
  /**
   * The HTTP status of the provider's answer, where there was one. It is not named `status`, because web frameworks
   * send an unhandled error's `status` to the caller.
   */
  readonly httpStatus: number | undefined
  /** The provider's id of the request (Meta: `fbtrace_id`), for their support. */
  readonly requestId: string | undefined
  /** Whether the same call may succeed later. */
  readonly retryable: boolean
  /** How long the provider asks to wait, in milliseconds, where it does. */
  readonly retryAfterMs: number | undefined
  /** The option that a `ConfigError` is about, such as `accessToken`; the first where there are several. */
  readonly option: string | undefined
  /** The outcome of every input, if the call had inputs. Not enumerable, because it contains full numbers. */
  declare readonly report: Report | undefined
  readonly #data: ErrorJSON

  /**
   * For mocks: `new NotEligibleError('no message in 24 hours')`. wablock itself makes errors from their JSON.
   *
   * @param data - a message, or the JSON of the error
   * @param context - the report or cause it has
   */
  constructor(data: string | ErrorJSON, context: ErrorContext = {}) {
    const full = typeof data === 'string' ? dataOf(new.target, data) : data
    const cause = context.cause ?? systemError(full)
    super(full.message, cause === undefined ? undefined : { cause })
    this.#data = full
    this.code = full.code
    this.hint = full.hint
    this.provider = full.provider
    this.providerCode = full.provider_code
    this.httpStatus = full.status
    this.requestId = full.request_id
    this.retryable = full.retryable
    this.retryAfterMs = full.retry_after === undefined ? undefined : full.retry_after * 1000
    this.option = full.option
    hidden(this, 'report', context.report)
    hidden(this, 'name', nameOf(full.code))
    hidden(this, 'stack', `${this.name}: ${this.message}${framesOf(context.site ?? this)}`)
  }

  /** The error as JSON, the same in every language; without its report. */
  toJSON(): ErrorJSON {
    return { ...this.#data }
  }

  /** @internal */
  [inspect.custom](depth: number, options: InspectOptions): string {
    const all = { ...this, report: this.report, cause: this.cause }
    const known = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined))
    return depth < 0 ? `[${this.name}: ${this.message}]` : `${this.stack} ${inspect(known, options)}`
  }
}

/** A setting is missing, unknown, or has a value that cannot work. Nothing was sent. */
export class ConfigError extends WablockError {
  declare readonly code: 'config'
}
/** A user is not a phone number, wa_id or business-scoped id that can be sent. */
export class InvalidUserError extends WablockError {
  declare readonly code: 'invalid_user'
}
/** The provider does not accept the credentials. */
export class AuthError extends WablockError {
  declare readonly code: 'auth'
}
/** The credentials are good but do not allow this. */
export class PermissionDeniedError extends WablockError {
  declare readonly code: 'permission'
}
/** The business number, bot or account does not exist or is not yours. */
export class NotFoundError extends WablockError {
  declare readonly code: 'not_found'
}
/** The user cannot be blocked now: no message from them in 24 hours, or not on WhatsApp (the API does not say which). */
export class NotEligibleError extends WablockError {
  declare readonly code: 'not_eligible'
}
/** The number is the business's own. */
export class OwnNumberError extends WablockError {
  declare readonly code: 'own_number'
}
/** The block list is full. */
export class ListFullError extends WablockError {
  declare readonly code: 'list_full'
}
/** The list changed again and again while it was being read. */
export class ListChangedError extends WablockError {
  declare readonly code: 'list_changed'
}
/** Too many requests; see `retryAfterMs`. */
export class RateLimitedError extends WablockError {
  declare readonly code: 'rate_limited'
}
/** The provider refused for another reason. */
export class RejectedError extends WablockError {
  declare readonly code: 'rejected'
}
/** The provider failed on its side. */
export class ServerError extends WablockError {
  declare readonly code: 'server'
}
/** No connection to the provider. */
export class APIConnectionError extends WablockError {
  declare readonly code: 'connection'
}
/** No answer in time. */
export class APITimeoutError extends WablockError {
  declare readonly code: 'timeout'
}
/** The answer was not reliable. */
export class ProtocolError extends WablockError {
  declare readonly code: 'protocol'
}
/** The provider cannot do this. */
export class UnsupportedError extends WablockError {
  declare readonly code: 'unsupported'
}
/**
 * The caller cancelled. Its `name` is `AbortError`, as with other libraries that take an `AbortSignal`; `cause` is the
 * signal's reason, and `report` has the outcomes so far.
 */
export class CallCancelledError extends WablockError {
  declare readonly code: 'cancelled'
}
/** The client is closed. */
export class ClosedError extends WablockError {
  declare readonly code: 'closed'
}
/** A kind of error that this version does not know: it was read from a report that a newer version wrote. */
export class OtherError extends WablockError {
  declare readonly code: 'other'
}

const classes: Record<ErrorCode, typeof WablockError> = {
  config: ConfigError,
  invalid_user: InvalidUserError,
  auth: AuthError,
  permission: PermissionDeniedError,
  not_found: NotFoundError,
  not_eligible: NotEligibleError,
  own_number: OwnNumberError,
  list_full: ListFullError,
  list_changed: ListChangedError,
  rate_limited: RateLimitedError,
  rejected: RejectedError,
  server: ServerError,
  connection: APIConnectionError,
  timeout: APITimeoutError,
  protocol: ProtocolError,
  unsupported: UnsupportedError,
  cancelled: CallCancelledError,
  closed: ClosedError,
  other: OtherError,
}

function hidden(error: WablockError, name: 'report' | 'name' | 'stack', value: unknown): void {
  Object.defineProperty(error, name, { value, configurable: true, writable: true })
}

/** The cause of an error of the network as Node has it: an error with a `code` such as `ECONNREFUSED`. */
function systemError({ message, os_code }: ErrorJSON): Error | undefined {
  if (os_code === undefined) return undefined
  const cause = new Error(message)
  cause.stack = `Error: ${message}`
  return Object.assign(cause, { code: os_code })
}

function nameOf(code: ErrorCode): string {
  return code === 'cancelled' ? 'AbortError' : (classes[code] ?? WablockError).name
}

/** The data of an error that has only a message: the rest is the core's for the kind. */
function dataOf(made: typeof WablockError, message: string): ErrorJSON {
  const kinds = JSON.parse(native.errorKinds()) as [ErrorCode, string, boolean][]
  for (const [code, hint, retryable] of kinds) {
    const known = classes[code]
    if (made === known || made.prototype instanceof known) return { code, message, hint, retryable }
  }
  throw new TypeError(
    `${made.name} has no code of its own: make one of its subclasses, such as RejectedError`,
  )
}

/** The frames of a stack, without the line above them; none where `Error.prepareStackTrace` made something else of it. */
function framesOf({ stack }: Site): string {
  const text: unknown = stack
  const at = typeof text === 'string' ? text.indexOf('\n    at ') : -1
  return at < 0 ? '' : (text as string).slice(at)
}

/** @internal The typed error of the core's data. */
export function errorFrom(data: ErrorJSON, context?: ErrorContext): WablockError {
  return new (classes[data.code] ?? WablockError)(data, context)
}
