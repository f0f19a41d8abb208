/**
 * Makes the typed errors, which show where the call was made.
 *
 * @internal
 * @module
 */
import { OptionProblem } from './convert.js'
import * as classes from './errors.js'
import { type ErrorContext, type ErrorJSON, type Site, WablockError } from './wablock-error.js'

const byCode = new Map<string, typeof WablockError>(Object.values(classes).map((each) => [each.code, each]))

/** @internal The typed error of the core's data. */
export function errorFrom(data: ErrorJSON, context?: ErrorContext): WablockError {
  return new (byCode.get(data.code) ?? WablockError)(data, context)
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
  return failureOf(data, signal, { site })
}

/** @internal The error of a call; where a signal ended it, with the signal's reason as its cause. */
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
      throw ownError('config', problem.message, 'Correct the named option; nothing was sent.', site)
    }
    const data = problem instanceof Error ? sharedJson(problem.message) : undefined
    if (data === undefined) throw problem
    throw errorFrom(data, { site })
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
