/**
 * The way of every call to the native half and back.
 *
 * @internal
 * @module
 */
import { AsyncResource } from 'node:async_hooks'
import { clearTimeout, setTimeout } from 'node:timers'

import { OptionProblem, optionsToJson } from './convert.js'
import type { ErrorJSON, Site } from './errors.js'
import { failureOf, guarded } from './failures.js'
import type { Log } from './log.js'
import { MAKE, type NativeCall, type NativeClient, native } from './native.js'
import type { BulkOptions } from './options.js'
import { Report } from './report.js'
import { onAbort } from './signals.js'

/** What the native half reports of the call with a token. */
type Event =
  | readonly [token: number, kind: 'log', level: string, message: string]
  | readonly [token: number, kind: 'progress', done: number, total: number]
  | End

type End =
  | readonly [token: number, kind: 'value', value: unknown]
  | readonly [token: number, kind: 'report']
  | readonly [token: number, kind: 'error', error: ErrorJSON, reported: boolean]

/** Where it goes. */
interface Slot {
  readonly log: ((level: string, message: string) => void) | undefined
  readonly progress: ((done: number, total: number) => void) | undefined
  /** There only while something is under way, so that a list that nobody reads on is collected. */
  end: ((end: End) => void) | undefined
}

/** Node's longest timer. */
const LONG = 2 ** 31 - 1

/** @internal The names of {@link BulkOptions}. */
export const CALL_OPTIONS: readonly string[] = [
  'signal',
  'timeoutMs',
  'maxRetries',
  'onMissing',
  'onProgress',
]

/** @internal The calls of one client: each has a token, and one wake-up brings what all of them report. */
export class Calls {
  readonly native: NativeClient
  readonly #log: Log | undefined
  /** For records that belong to no call. */
  readonly #ownLog: Slot['log']
  /**
   * By token. No `Map`: with one, collections of garbage took five times as long. The tables that it outgrows point to the
   * ones after them, so it seems that a table that has grown old keeps everything young alive.
   */
  #slots: (Slot | undefined)[] = []
  /** Tokens below the length of `#slots` that no call has. */
  #free: number[] = []
  #running = 0
  #listening = false
  #closed = false
  /** Keeps the process, and this, alive while something is under way; neither the native half nor a promise does. */
  #hold: NodeJS.Timeout | undefined
  #idlers: (() => void)[] = []

  constructor(client: NativeClient, log: Log | undefined) {
    this.native = client
    this.#log = log
    this.#ownLog = log && AsyncResource.bind(log.tell)
    this.#take()
  }

  /** A call with its options checked; its time begins now. One that is not over users has no `onMissing` and `onProgress`. */
  open(options: BulkOptions | undefined, site: Site, overUsers = false): Call {
    const { signal, onProgress, json } = guarded(site, () => read(options, overUsers))
    const made =
      json === undefined
        ? undefined
        : guarded(site, () => new native.NativeCall(json, onProgress !== undefined))
    const token = this.#free.pop() ?? this.#slots.length
    this.#slots[token] = {
      log: this.#log && AsyncResource.bind(this.#log.tell),
      progress: onProgress && AsyncResource.bind(onProgress),
      end: undefined,
    }
    return new Call(this, token, made, signal, site)
  }

  /** Runs a call of one step. */
  async ask(
    options: BulkOptions | undefined,
    site: Site,
    begin: (call: Call) => void,
    overUsers = false,
  ): Promise<unknown> {
    const call = this.open(options, site, overUsers)
    try {
      return await call.run(begin)
    } finally {
      call.end()
    }
  }

  /** @internal What a call began ends with `end`. */
  begun(token: number, end: (end: End) => void): void {
    const slot = this.#slots[token] as Slot
    slot.end = end
    this.#running += 1
    this.#hold ??= setTimeout(() => this.#take(), LONG)
  }

  /** @internal Wakes come from now on. */
  listen(): void {
    if (this.#listening) return
    this.#listening = true
    // Weak, because the native half lives as long as this does: such a circle is never collected.
    const calls = new WeakRef(this)
    this.native.listen(() => {
      const held = calls.deref()
      if (held !== undefined) held.#take()
    })
  }

  /** @internal The token is free again. */
  ended(token: number): void {
    this.#slots[token] = undefined
    this.#free.push(token)
    if (this.#free.length < this.#slots.length) return
    this.#slots = []
    this.#free = []
  }

  /** Ends what is under way, and resolves when it has ended. */
  close(): Promise<void> {
    this.#closed = true
    this.native.close()
    return new Promise((resolve) => {
      this.#idlers.push(resolve)
      this.#take()
    })
  }

  #take(): void {
    const events = this.native.take()
    if (events !== null) for (const event of JSON.parse(events) as Event[]) this.#deliver(event)
    if (this.#running > 0) return
    clearTimeout(this.#hold)
    this.#hold = undefined
    if (this.#closed && this.#listening) {
      this.#listening = false
      this.native.ignore()
    }
    for (const idler of this.#idlers.splice(0)) idler()
  }

  #deliver(event: Event): void {
    const slot = this.#slots[event[0]]
    if (event[1] === 'log') {
      const tell = slot?.log ?? this.#ownLog
      tell?.(event[2], event[3])
    } else if (event[1] === 'progress') {
      told(slot?.progress, event[2], event[3])
    } else if (slot?.end !== undefined) {
      this.#running -= 1
      const { end } = slot
      slot.end = undefined
      end(event)
    }
  }
}

/** @internal One call: one step, or for a list one for each piece. */
export class Call {
  readonly token: number
  /** Missing where the caller gave no options. */
  readonly native: NativeCall | undefined
  readonly signal: AbortSignal | undefined
  readonly #calls: Calls
  readonly #site: Site

  constructor(
    calls: Calls,
    token: number,
    made: NativeCall | undefined,
    signal: AbortSignal | undefined,
    site: Site,
  ) {
    this.token = token
    this.native = made
    this.signal = signal
    this.#calls = calls
    this.#site = site
  }

  /** Begins a step, and gives its value, or throws its error. An abort of the signal cancels it. */
  run(begin: (call: Call) => void): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const { signal } = this
      this.#calls.listen()
      if (signal?.aborted) this.native?.cancel()
      begin(this)
      // The listener is there only meanwhile.
      const stop = signal && onAbort(signal, () => this.native?.cancel())
      this.#calls.begun(this.token, (end) => {
        stop?.()
        if (end[1] === 'value') resolve(end[2])
        else if (end[1] === 'report') resolve(this.#report())
        else
          reject(failureOf(end[2], signal, { report: end[3] ? this.#report() : undefined, site: this.#site }))
      })
    })
  }

  /** Nothing more comes of it. */
  end(): void {
    this.#calls.ended(this.token)
  }

  #report(): Report {
    const rows = this.#calls.native.takeReport(this.token)
    if (rows === null) throw new Error('the native half has lost a report, which is a bug in wablock')
    return Report[MAKE](rows, this.#site)
  }
}

interface Read {
  readonly signal?: AbortSignal | undefined
  readonly onProgress?: BulkOptions['onProgress']
  /** The core's options. */
  readonly json?: string
}

function read(options: BulkOptions | undefined, overUsers: boolean): Read {
  if (options === undefined) return {}
  if (options === null || typeof options !== 'object')
    throw new OptionProblem('the options of a call must be an object')
  const { signal, ...rest } = options
  if (signal !== undefined && typeof signal?.addEventListener !== 'function') {
    throw new OptionProblem('`signal` must be an AbortSignal')
  }
  if (!overUsers) return { signal, json: optionsToJson(rest) }
  const { onProgress, onMissing, ...core } = rest
  if (onProgress !== undefined && typeof onProgress !== 'function') {
    throw new OptionProblem('`onProgress` must be a function')
  }
  missingFail({ onMissing })
  return { signal, onProgress, json: optionsToJson(core) }
}

/** @internal Whether missing users fail alone; the core refuses other options, and other values. */
export function missingFail(options: object): boolean {
  return native.missingFail(optionsToJson(options, 'the options of a check'))
}

/** Tells a listener how far its call is; what it throws is an uncaught exception, as in other listeners. */
function told(listener: Slot['progress'], done: number, total: number): void {
  if (total === 0) return
  try {
    listener?.(done, total)
  } catch (problem) {
    process.nextTick(() => {
      throw problem
    })
  }
}
