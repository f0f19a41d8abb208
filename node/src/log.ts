/**
 * Log records from the native half to the caller's logger.
 *
 * @internal
 * @module
 */
import { kindOf, OptionProblem } from './convert.js'
import type { ClientOptions, Logger, LogLevel } from './options.js'

/** The core's words for the levels. */
const LEVELS: Record<LogLevel, string> = { debug: 'debug', info: 'info', warn: 'warning' }

/** @internal The log of a client's options, where they have one, and the options that are the core's. */
export function splitLog(options: ClientOptions): [Log | undefined, object] {
  if (options === null || typeof options !== 'object') return [undefined, options]
  const { logger, logLevel = 'info', ...rest } = options
  if (!Object.hasOwn(LEVELS, logLevel)) {
    throw new OptionProblem(`\`logLevel\` must be one of ${Object.keys(LEVELS).join(', ')}`)
  }
  // `null` as elsewhere: missing.
  if (logger === undefined || logger === null) return [undefined, rest]
  for (const method of Object.keys(LEVELS) as LogLevel[]) {
    if (typeof logger[method] !== 'function') {
      throw new OptionProblem(
        `\`logger\` must have the methods debug, info and warn, but its ${method} is ${kindOf(logger[method])}`,
      )
    }
  }
  return [new Log(logger, LEVELS[logLevel]), rest]
}

/** @internal Hands records to a logger, which cannot break anything. */
export class Log {
  /** The least level, in the core's word. */
  readonly level: string
  readonly #logger: Logger
  #warned = false

  constructor(logger: Logger, level: string) {
    this.#logger = logger
    this.level = level
  }

  /** Writes a record. */
  readonly write = (level: string, message: string): void => {
    try {
      const result: unknown = this.#logger[level === 'warning' ? 'warn' : (level as LogLevel)](message)
      if (result instanceof Promise) result.catch((problem) => this.#failed(problem))
    } catch (problem) {
      this.#failed(problem)
    }
  }

  #failed(problem: unknown): void {
    if (this.#warned) return
    this.#warned = true
    process.emitWarning(`the logger of a wablock client failed: ${String(problem)}`, {
      type: 'WablockWarning',
      code: 'WABLOCK_LOGGER',
    })
  }
}
