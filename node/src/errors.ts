/** The errors of wablock: one class per kind, all under {@link WablockError}. */
import { type InspectOptions, inspect } from 'node:util'

import { inOurNames, OptionProblem } from './convert.js'
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

/** An error as JSON; the same in every language. */
export interface ErrorJSON {
  /** The stable code of the kind. */
  readonly code: ErrorCode
  /** What happened. */
  readonly message: string
  /** What to do about it. */
  readonly hint: string
  /** The provider that said so. */
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
}

/** An object whose `stack` shows where a call was made, as `Error.captureStackTrace` fills it. */
export interface Site {
  /** The stack, from the place of the call. */
  stack?: string
}

/** What is known about an error beside its data. */
export interface ErrorContext {
  /** What is known of every input. */
  readonly report?: Report | undefined
  /** What led to the error. */
  readonly cause?: unknown
  /** Where the call was made. */
  readonly site?: Site | undefined
}

/**
 * The base of all errors of wablock.
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
  /** The provider that said so, where one did. */
  readonly provider: Provider | undefined
  /** The provider's own code as text, such as `131047`. */
  readonly providerCode: string | undefined
  /** The HTTP status of the answer, where there was one. */
  readonly status: number | undefined
  /** The provider's id of the request (Meta: `fbtrace_id`), for their support. */
  readonly requestId: string | undefined
  /** Whether the same call may succeed later. */
  readonly retryable: boolean
  /** How long the provider asks to wait, in milliseconds, where it does. */
  readonly retryAfterMs: number | undefined
  /** What is known of every input, where the call had inputs. */
  readonly report: Report | undefined
  readonly #data: ErrorJSON

  /** Errors are made by wablock; tests can make one from its JSON, with the report or cause it is to have. */
  constructor(data: ErrorJSON, context: ErrorContext = {}) {
    super(inOurNames(data.message), context.cause === undefined ? undefined : { cause: context.cause })
    this.#data = data
    this.code = data.code
    this.hint = inOurNames(data.hint)
    this.provider = data.provider
    this.providerCode = data.provider_code
    this.status = data.status
    this.requestId = data.request_id
    this.retryable = data.retryable
    this.retryAfterMs = data.retry_after === undefined ? undefined : data.retry_after * 1000
    this.report = context.report
    Object.defineProperty(this, 'name', { value: nameOf(data.code), configurable: true, writable: true })
    Object.defineProperty(this, 'stack', {
      value: `${this.name}: ${this.message}${framesOf(context.site ?? this)}`,
      configurable: true,
      writable: true,
    })
  }

  /** The error as JSON, the same in every language; without its report. */
  toJSON(): ErrorJSON {
    return { ...this.#data }
  }

  /** @internal */
  [inspect.custom](depth: number, options: InspectOptions): string {
    const { code, hint, provider, providerCode, status, requestId, retryable, retryAfterMs, report, cause } =
      this
    const all = {
      code,
      hint,
      provider,
      providerCode,
      status,
      requestId,
      retryable,
      retryAfterMs,
      report,
      cause,
    }
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
/** The user cannot be blocked now: no message from them in 24 hours, or not on WhatsApp (the API does not tell these apart). */
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
/** Any other no from the provider. */
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
/** An answer that could not be trusted. */
export class ProtocolError extends WablockError {
  declare readonly code: 'protocol'
}
/** The provider cannot do this. */
export class UnsupportedError extends WablockError {
  declare readonly code: 'unsupported'
}
/**
 * The caller cancelled. Its `name` is `AbortError`, as with other libraries that take an `AbortSignal`; `cause` is the
 * signal's reason, and `report` says what was done before.
 */
export class CallCancelledError extends WablockError {
  declare readonly code: 'cancelled'
}
/** The client is closed. */
export class ClosedError extends WablockError {
  declare readonly code: 'closed'
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
}

function nameOf(code: ErrorCode): string {
  return code === 'cancelled' ? 'AbortError' : (classes[code] ?? WablockError).name
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

/** @internal An error found on this side of the core, before anything was sent. */
export function ownError(
  code: 'config' | 'invalid_user',
  message: string,
  hint: string,
  site?: Site,
): WablockError {
  return errorFrom({ code, message, hint, retryable: false }, { site })
}

/** @internal The error of an abort between two steps of a list, when no call is under way that could report it. */
export function cancelled(signal: AbortSignal, site: Site): WablockError {
  const hint = 'Iterate the list again to read it from its beginning.'
  const data = { code: 'cancelled', message: 'the call was cancelled', hint, retryable: false } as const
  return errorFrom(data, { cause: signal.reason, site })
}

/** @internal Where the function that is given was called. */
export function siteOf(callee: ((...args: never[]) => unknown) | (new (...args: never[]) => unknown)): Site {
  const site: Site = {}
  Error.captureStackTrace(site, callee)
  return site
}

/** @internal Calls the native half, whose immediate errors carry the shared JSON as their message. */
export function guarded<T>(site: Site | undefined, work: () => T): T {
  try {
    return work()
  } catch (problem) {
    if (problem instanceof OptionProblem) {
      throw ownError('config', problem.message, 'Correct the named setting; nothing was sent.', site)
    }
    const data = problem instanceof Error ? sharedJson(problem.message) : undefined
    throw data === undefined ? problem : errorFrom(data, { site })
  }
}

function sharedJson(text: string): ErrorJSON | undefined {
  if (!text.startsWith('{')) return undefined
  try {
    return JSON.parse(text) as ErrorJSON
  } catch {
    return undefined
  }
}
