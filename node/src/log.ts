/**
 * Log records from the native half to the caller's logger.
 *
 * @internal
 * @module
 */
import { kindOf, Problem } from './convert.js'
import type { ClientOptions, Logger, LogLevel } from './options.js'

/** The core's words for the levels. */
const LEVELS: Record<LogLevel, string> = { debug: 'debug', info: 'info', warn: 'warning' }

/** @internal Receives the log records of a client. */
export interface Log {
  /** The lowest level, in the core's word. */
  readonly level: string
  readonly write: (level: string, message: string) => void
}

/** @internal The log that a client's options ask for, if any, and the options that the core reads. */
export function splitLog(options: ClientOptions): [Log | undefined, object] {
  if (options === null || typeof options !== 'object') return [undefined, options]
  const { logger, logLevel = 'info', ...rest } = options
  if (!Object.hasOwn(LEVELS, logLevel)) {
    throw new Problem(`\`logLevel\` must be one of ${Object.keys(LEVELS).join(', ')}`)
  }
  // As elsewhere, `null` is missing.
  if (logger === undefined || logger === null) return [undefined, rest]
  for (const method of Object.keys(LEVELS) as LogLevel[]) {
    if (typeof logger[method] !== 'function') {
      throw new Problem(
        `\`logger\` must have the methods debug, info and warn, but its ${method} is ${kindOf(logger[method])}`,
      )
    }
  }
  return [{ level: LEVELS[logLevel], write: writerOf(logger) }, rest]
}

/** Writes records to a logger, whose exceptions never affect a call; the first one becomes a process warning. */
function writerOf(logger: Logger): Log['write'] {
  let warned = false
  const failed = (problem: unknown) => {
    if (warned) return
    warned = true
    process.emitWarning(`the logger of a wablock client failed: ${String(problem)}`, {
      type: 'WablockWarning',
      code: 'WABLOCK_LOGGER',
    })
  }
  return (level, message) => {
    try {
      const result: unknown = logger[level === 'warning' ? 'warn' : (level as LogLevel)](message)
      if (result instanceof Promise) result.catch(failed)
    } catch (problem) {
      failed(problem)
    }
  }
}
