/**
 * How every call reaches the native half, and how its result comes back.
 *
 * @internal
 * @module
 */
import { AsyncResource } from 'node:async_hooks'
import { clearTimeout, setTimeout } from 'node:timers'

import type { NativeClient } from './addon.js'
import { optionsToJson, Problem } from './convert.js'
import { failureOf, guarded } from './failures.js'
import type { Log } from './log.js'
import { MAKE, native } from './native.js'
import type { BulkOptions } from './options.js'
import { Report } from './report.js'
import { onAbort } from './signals.js'
import type { ErrorJSON, Site } from './wablock-error.js'

/** What the native half reports of the call with a token. */
type Event =
  | readonly [token: number, kind: 'log', level: string, message: string]
  | readonly [token: number, kind: 'progress', done: number, total: number]
  | End

/** How a step of a call ended: with a value or an error, and perhaps with a report that waits to be taken. */
type End = readonly [token: number, kind: 'end', failed: boolean, result: unknown, reported: boolean]

/** @internal The options of a call, checked. */
interface Given {
  readonly signal?: AbortSignal | undefined
  readonly onProgress?: BulkOptions['onProgress']
  /** Whether only the rows of missing users fail. */
  readonly missingFail?: boolean
  /** The core's options, where the caller gave an object. */
  readonly json?: string
}

/** @internal One call, with the receivers of its events. It has one step, and a list has one for each piece. */
export interface Call {
  readonly token: number
  readonly given: Given
  readonly site: Site
  readonly log: ((level: string, message: string) => void) | undefined
  readonly progress: ((done: number, total: number) => void) | undefined
  /** Set only while a step is in flight, so that an abandoned list can be garbage-collected. */
  ended: ((end: End) => void) | undefined
}

/** Node's longest timer. */
const LONGEST = 2 ** 31 - 1

/** @internal The calls of one client: each has a token, and one wake-up brings the events of all of them. */
export class Calls {
  readonly native: NativeClient
  readonly #log: Log | undefined
  /** For records that belong to no call. */
  readonly #ownLog: Call['log']
  /** By token. An array, because with a `Map` garbage collections took five times as long. */
  #calls: (Call | undefined)[] = []
  /** Tokens below the length of `#calls` that no call has. */
  #free: number[] = []
  #inFlight = 0
  #listening = false
  #closed = false
  /** Keeps the process and this object alive while something is in flight; a promise or the native half would not. */
  #hold: NodeJS.Timeout | undefined
  #idlers: (() => void)[] = []

  constructor(client: NativeClient, log: Log | undefined) {
    this.native = client
    this.#log = log
    this.#ownLog = log && AsyncResource.bind(log.write)
    this.#take()
  }

  /** Opens a call after checking its options. Its time begins now. Only a call over users has `onMissing` and `onProgress`. */
  open(options: BulkOptions | undefined, site: Site, overUsers = false): Call {
    const given = guarded(site, () => read(options, overUsers))
    const { json, onProgress } = given
    const token = this.#free.at(-1) ?? this.#calls.length
    if (json !== undefined) guarded(site, () => this.native.open(token, json, onProgress !== undefined))
    this.#free.pop()
    const log = this.#log && AsyncResource.bind(this.#log.write)
    const progress = onProgress && AsyncResource.bind(onProgress)
    const call: Call = { token, given, site, log, progress, ended: undefined }
    this.#calls[token] = call
    return call
  }

  /** Begins a step of a call, and gives its value or throws its error. If the signal aborts, the step is cancelled. */
  step(call: Call, begin: (token: number) => void): Promise<unknown> {
    const { token, site } = call
    const { signal } = call.given
    this.#listen()
    if (signal?.aborted) this.native.cancel(token)
    return new Promise((resolve, reject) => {
      guarded(site, () => begin(token))
      const stop = signal && onAbort(signal, () => this.native.cancel(token))
      call.ended = ([, , failed, result, reported]) => {
        stop?.()
        const report = reported ? this.#report(call) : undefined
        if (!failed) resolve(report ?? result)
        else reject(failureOf(result as ErrorJSON, signal, { report, site }))
      }
      this.#inFlight += 1
      this.#hold ??= setTimeout(() => this.#take(), LONGEST)
    })
  }

  /** Ends a call: it reports nothing more. */
  end({ token, given }: Call): void {
    if (given.json !== undefined) this.native.forget(token)
    this.#calls[token] = undefined
    this.#free.push(token)
    if (this.#free.length < this.#calls.length) return
    this.#calls = []
    this.#free = []
  }

  /** Runs a call of one step. */
  async run(
    options: BulkOptions | undefined,
    site: Site,
    begin: (token: number) => void,
    overUsers = false,
  ): Promise<unknown> {
    const call = this.open(options, site, overUsers)
    try {
      return await this.step(call, begin)
    } finally {
      this.end(call)
    }
  }

  /** Ends the calls in flight, and resolves when they have ended. */
  close(): Promise<void> {
    this.#closed = true
    this.native.close()
    return new Promise((resolve) => {
      this.#idlers.push(resolve)
      this.#take()
    })
  }

  /** Lets the native half wake this thread. */
  #listen(): void {
    if (this.#listening) return
    this.#listening = true
    // Weak, because this object and its native half would keep each other alive.
    const calls = new WeakRef(this)
    this.native.listen(() => {
      const held = calls.deref()
      if (held !== undefined) held.#take()
    })
  }

  #take(): void {
    const events = this.native.take()
    if (events !== null) for (const event of JSON.parse(events) as Event[]) this.#deliver(event)
    if (this.#inFlight > 0) return
    clearTimeout(this.#hold)
    this.#hold = undefined
    if (this.#closed && this.#listening) {
      this.#listening = false
      this.native.ignore()
    }
    for (const idler of this.#idlers.splice(0)) idler()
  }

  #deliver(event: Event): void {
    const call = this.#calls[event[0]]
    if (event[1] === 'log') {
      const write = call?.log ?? this.#ownLog
      write?.(event[2], event[3])
    } else if (event[1] === 'progress') {
      report(call?.progress, event[2], event[3])
    } else if (call?.ended !== undefined) {
      this.#inFlight -= 1
      const { ended } = call
      call.ended = undefined
      ended(event)
    }
  }

  #report({ token, site }: Call): Report {
    const rows = this.native.takeReport(token)
    if (rows === null) throw new Error('the native half has lost a report, which is a bug in wablock')
    return Report[MAKE](rows, site)
  }
}

function read(options: BulkOptions | undefined, overUsers: boolean): Given {
  if (options === undefined) return {}
  if (options === null || typeof options !== 'object') {
    throw new Problem('the options of a call must be an object')
  }
  const { signal, ...rest } = options
  if (signal !== undefined && typeof signal?.addEventListener !== 'function') {
    throw new Problem('`signal` must be an AbortSignal')
  }
  if (!overUsers) return { signal, json: optionsToJson(rest) }
  const { onProgress, onMissing, ...core } = rest
  if (onProgress !== undefined && typeof onProgress !== 'function') {
    throw new Problem('`onProgress` must be a function')
  }
  return { signal, onProgress, missingFail: missingFail({ onMissing }), json: optionsToJson(core) }
}

/** @internal Whether only the rows of missing users fail; the core refuses other options, and other values. */
export function missingFail(options: object): boolean {
  return native.missingFail(optionsToJson(options, 'the options of a check'))
}

/** Reports progress to a listener. What it throws becomes an uncaught exception, as in other listeners. */
function report(listener: Call['progress'], done: number, total: number): void {
  if (total === 0) return
  try {
    listener?.(done, total)
  } catch (problem) {
    process.nextTick(() => {
      throw problem
    })
  }
}
