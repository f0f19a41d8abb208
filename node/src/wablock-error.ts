/** What all errors of wablock have in common. */
import { type InspectOptions, inspect } from 'node:util'

import { defined } from './convert.js'
import type { ErrorCode } from './errors.js'
import type { Provider } from './options.js'
import type { Report } from './report.js'

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

/** @internal What the core says of each kind of error. */
export type Kind = Pick<ErrorJSON, 'code' | 'hint' | 'retryable'>

/** An object whose `stack` shows where a call was made; `Error.captureStackTrace` fills it. */
export interface Site {
  /** The stack, starting where the call was made. */
  stack?: string
}

/** What an error can have besides its data. */
export interface ErrorContext {
  /** The outcome of every input, as far as known. */
  readonly report?: Report | undefined
  /** What caused the error. */
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
  /** The provider that answered, if one did. */
  readonly provider: Provider | undefined
  /** The provider's own code as text, such as `131047`. */
  readonly providerCode: string | undefined
  /**
   * The HTTP status of the provider's answer, if there was one. It is not named `status`, because web frameworks
   * send an unhandled error's `status` to the caller.
   */
  readonly httpStatus: number | undefined
  /** The provider's id of the request (Meta: `fbtrace_id`), for their support. */
  readonly requestId: string | undefined
  /** Whether the same call may succeed later. */
  readonly retryable: boolean
  /** How long the provider asks to wait, in milliseconds, if it does. */
  readonly retryAfterMs: number | undefined
  /** The option that a `ConfigError` is about, such as `accessToken`; the first if there are several. */
  readonly option: string | undefined
  /** The outcome of every input, if the call had inputs. Not enumerable, because it contains full numbers. */
  declare readonly report: Report | undefined
  /** @internal The kind of a subclass. */
  static readonly kind: Kind | undefined
  readonly #data: ErrorJSON

  /**
   * For mocks: `new NotEligibleError('no message in 24 hours')`. wablock itself makes errors from their JSON.
   *
   * @param data - a message, or the JSON of the error
   * @param context - its report and its cause
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
    hidden(this, 'name', full.code === 'cancelled' ? 'AbortError' : new.target.name)
    hidden(this, 'stack', `${this.name}: ${this.message}${framesOf(context.site ?? this)}`)
  }

  /** The error as JSON, the same in every language; without its report. */
  toJSON(): ErrorJSON {
    return { ...this.#data }
  }

  /** @internal */
  [inspect.custom](depth: number, options: InspectOptions): string {
    if (depth < 0) return `[${this.name}: ${this.message}]`
    const known = defined({ ...this, report: this.report, cause: this.cause })
    return `${this.stack} ${inspect(known, options)}`
  }
}

function hidden(error: WablockError, name: 'report' | 'name' | 'stack', value: unknown): void {
  Object.defineProperty(error, name, { value, configurable: true, writable: true })
}

/** The cause of a network error, in Node's form: an error with a `code` such as `ECONNREFUSED`. */
function systemError({ message, os_code }: ErrorJSON): Error | undefined {
  if (os_code === undefined) return undefined
  const cause = new Error(message)
  cause.stack = `Error: ${message}`
  return Object.assign(cause, { code: os_code })
}

/** The data of an error that was made from a message. */
function dataOf({ kind, name }: typeof WablockError, message: string): ErrorJSON {
  if (kind !== undefined) return { ...kind, message }
  throw new TypeError(`${name} has no code of its own: make one of its subclasses, such as RejectedError`)
}

/** The frames of a stack, without the line above them; none if `Error.prepareStackTrace` made something else of it. */
function framesOf({ stack }: Site): string {
  const text: unknown = stack
  const at = typeof text === 'string' ? text.indexOf('\n    at ') : -1
  return at < 0 ? '' : (text as string).slice(at)
}
