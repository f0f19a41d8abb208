/**
 * Log records from the native half to the caller's logger.
 *
 * @internal
 * @module
 */
import { AsyncResource } from 'node:async_hooks'

import { kindOf, OptionProblem } from './convert.js'
import type { NativeClient } from './native.js'
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

/** @internal Takes a client's records and hands them to a logger, which cannot break anything. */
export class Log {
  /** The least level, in the core's word. */
  readonly level: string
  readonly #logger: Logger
  #client: NativeClient | undefined
  #warned = false
  #ended = false
  /** The async contexts of the calls under way; the native half calls from none. */
  readonly #callers = new Map<number, AsyncResource>()
  #lastCaller = 0
  /** For records that are nobody's. */
  readonly #own = new AsyncResource('WablockLog', { requireManualDestroy: true })

  constructor(logger: Logger, level: string) {
    this.#logger = logger
    this.level = level
  }

  /**
   * What the native half calls when records wait. It lives as long as the native client does, so it must not hold what
   * holds that client: such a circle is never collected.
   */
  waker(): () => void {
    const log = new WeakRef(this)
    return () => log.deref()?.drain()
  }

  /** Whose records they are, from now on. */
  listenTo(client: NativeClient): void {
    this.#client = client
    this.drain()
  }

  /** A call begins: its records are written in the caller's async context, which the number that is returned names. */
  enter(): number {
    this.#lastCaller = (this.#lastCaller % 0xffff_ffff) + 1
    this.#callers.set(this.#lastCaller, new AsyncResource('WablockCall', { requireManualDestroy: true }))
    return this.#lastCaller
  }

  /** The call of that number has ended. */
  leave(caller: number): void {
    this.drain()
    this.#callers.get(caller)?.emitDestroy()
    this.#callers.delete(caller)
  }

  /** The client is closed. */
  end(): void {
    this.drain()
    this.#client?.endLog()
    if (!this.#ended) this.#own.emitDestroy()
    this.#ended = true
  }

  /** Hands over what waits. */
  drain(): void {
    const records = this.#client?.takeRecords()
    if (records === undefined || records === null) return
    for (const [level, message, caller] of JSON.parse(records) as [string, string, number][]) {
      const context = this.#callers.get(caller) ?? this.#own
      context.runInAsyncScope(() => this.#tell(level === 'warning' ? 'warn' : (level as LogLevel), message))
    }
  }

  #tell(level: LogLevel, message: string): void {
    try {
      const result: unknown = this.#logger[level](message)
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
