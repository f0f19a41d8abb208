/**
 * Makes the typed errors, which show where the call was made.
 *
 * @internal
 * @module
 */
import { Problem } from './convert.js'
import * as classes from './errors.js'
import { type ErrorContext, type ErrorJSON, type Site, WablockError } from './wablock-error.js'

const byCode = new Map<string, typeof WablockError>(
  Object.values(classes).map((each) => [each.kind.code, each]),
)

/** @internal The typed error of the core's data. */
export function errorFrom(data: ErrorJSON, context?: ErrorContext): WablockError {
  return new (byCode.get(data.code) ?? WablockError)(data, context)
}

/** @internal The error of an abort between two steps of a list, when no step is in flight that could report it. */
export function cancelled(signal: AbortSignal, site: Site): WablockError {
  const hint = 'Iterate the list again to read it from its beginning.'
  const data = { code: 'cancelled', message: 'the call was cancelled', hint, retryable: false } as const
  return failureOf(data, signal, { site })
}

/** @internal The error of a call. If a signal ended the call, the signal's reason is its cause. */
export function failureOf(
  data: ErrorJSON,
  signal: AbortSignal | undefined,
  context: ErrorContext,
): WablockError {
  if (data.code !== 'cancelled' || !signal?.aborted) return errorFrom(data, context)
  const { reason } = signal
  // What `AbortSignal.timeout` gives. The call was still cancelled, so code and class stay.
  const timedOut = reason instanceof Error && reason.name === 'TimeoutError'
  const message = timedOut ? 'the call was cancelled: its signal timed out' : data.message
  return errorFrom({ ...data, message }, { ...context, cause: reason })
}

/** @internal Where the given function was called. */
export function siteOf(callee: ((...args: never[]) => unknown) | (new (...args: never[]) => unknown)): Site {
  const site: Site = {}
  Error.captureStackTrace(site, callee)
  return site
}

/** @internal Does some work, and makes typed errors of what it throws. */
export function guarded<T>(site: Site | undefined, work: () => T): T {
  try {
    return work()
  } catch (problem) {
    throw typed(problem, site)
  }
}

/** @internal The typed error of a {@link Problem}, or of what the native half threw; anything else stays what it is. */
export function typed(problem: unknown, site: Site | undefined): unknown {
  if (problem instanceof Problem) return errorFrom({ ...problem, retryable: false }, { site })
  const { code, message } = problem instanceof Error ? (problem as NodeJS.ErrnoException) : {}
  // The message of the native half's own errors is the shared JSON.
  if (code !== 'GenericFailure' || !message?.startsWith('{')) return problem
  return errorFrom(JSON.parse(message) as ErrorJSON, { site })
}
