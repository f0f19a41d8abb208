/**
 * One call's way through the native half: options in, signal and progress on the way, typed errors out.
 *
 * @internal
 * @module
 */
import { AsyncResource } from 'node:async_hooks'

import { OptionProblem, optionsToJson } from './convert.js'
import { type ErrorJSON, errorFrom, type Site, type WablockError } from './errors.js'
import { abortedBy, guarded } from './failures.js'
import type { Log } from './log.js'
import { type NativeAnswer, type NativeCall, native } from './native.js'
import type { BulkOptions } from './options.js'
import { makeReport } from './report.js'
import { onAbort } from './signals.js'

/** @internal The names of {@link BulkOptions}. */
export const CALL_OPTIONS: readonly string[] = [
  'signal',
  'timeoutMs',
  'maxRetries',
  'onMissing',
  'onProgress',
]

/** @internal A call that can be started once. */
export class Call {
  readonly native: NativeCall
  readonly signal: AbortSignal | undefined
  readonly #site: Site
  readonly #progress: Progress | undefined
  readonly #log: Log | undefined
  readonly #caller: number

  constructor(options: BulkOptions, site: Site, log: Log | undefined) {
    this.#site = site
    this.#log = log
    const { signal, onProgress, onMissing: _, ...rest } = guarded(site, () => checked(options))
    this.signal = signal
    const progress = onProgress && new Progress(onProgress)
    const listener = progress && ((done: number, total: number) => progress.tell(done, total))
    this.#progress = progress
    this.#caller = log?.enter() ?? 0
    const made = () => new native.NativeCall(optionsToJson(rest), this.#caller, listener)
    try {
      this.native = guarded(site, made)
    } catch (problem) {
      log?.leave(this.#caller)
      throw problem
    }
  }

  /** Lets go of what the call had; its records come before its promise settles. Twice is no error. */
  end(): void {
    this.native.end()
    this.#log?.leave(this.#caller)
  }

  /** Runs the work and gives its answer; an answer that is an error is thrown as its class. */
  async run(work: (call: NativeCall) => Promise<NativeAnswer>): Promise<NativeAnswer> {
    const answer = await this.untilAborted(() => work(this.native))
    this.#progress?.end(this.native.done, this.native.total)
    if (answer.error === null) return answer
    const rows = answer.takeReport()
    throw this.failure(answer.error, rows === null ? undefined : makeReport(rows, this.#site))
  }

  /** Waits for work that an abort of the signal cancels. The listener is there only meanwhile. */
  async untilAborted<T>(work: () => Promise<T>): Promise<T> {
    const { signal } = this
    const stop = signal && onAbort(signal, () => this.native.cancel())
    if (signal?.aborted) this.native.cancel()
    try {
      return await work()
    } finally {
      stop?.()
      // The records of a call come before its promise settles, also where the process ends then.
      this.#log?.drain()
    }
  }

  /** The typed error of the core's JSON. */
  failure(json: string, report?: ReturnType<typeof makeReport>): WablockError {
    const data = JSON.parse(json) as ErrorJSON
    const context = { report, site: this.#site }
    const { signal } = this
    return data.code === 'cancelled' && signal?.aborted
      ? abortedBy(signal, data, context)
      : errorFrom(data, context)
  }
}

/**
 * Tells the caller how far a call is. The native call holds it, so it must not hold the native call: such a circle is
 * never collected.
 */
class Progress {
  readonly #listener: (done: number, total: number) => void
  #told = -1
  #over = false

  constructor(listener: (done: number, total: number) => void) {
    // The caller's async context, because the native half calls from none.
    this.#listener = AsyncResource.bind(listener)
  }

  tell(done: number, total: number): void {
    if (this.#over || total === 0) return
    this.#told = done
    try {
      this.#listener(done, total)
    } catch (problem) {
      process.nextTick(() => {
        throw problem
      })
    }
  }

  /** The last word, in case it is still on its way; what comes after it is not told. */
  end(done: number, total: number): void {
    if (done !== this.#told) this.tell(done, total)
    this.#over = true
  }
}

function checked(options: BulkOptions): BulkOptions {
  if (options === null || typeof options !== 'object')
    throw new OptionProblem('the options of a call must be an object')
  const { signal, onProgress } = options
  if (signal !== undefined && typeof signal?.addEventListener !== 'function') {
    throw new OptionProblem('`signal` must be an AbortSignal')
  }
  if (onProgress !== undefined && typeof onProgress !== 'function') {
    throw new OptionProblem('`onProgress` must be a function')
  }
  missingFail({ onMissing: options.onMissing })
  return options
}

/** @internal Whether missing users fail alone; the core refuses other options, and other values. */
export function missingFail(options: object): boolean {
  return native.missingFail(optionsToJson(options, 'the options of a check'))
}
