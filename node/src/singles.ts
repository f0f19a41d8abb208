/**
 * Calls about one user without options of their own: many of them share one way from and to the native half.
 *
 * @internal
 * @module
 */
import { clearTimeout, setTimeout } from 'node:timers'

import { type ErrorJSON, errorFrom, type Site } from './errors.js'
import type { Log } from './log.js'
import { type NativeClient, type NativeSingles, native } from './native.js'
import { type DoneOutcome, Outcome, type OutcomeJSON } from './outcome.js'
import { makeReport, type ReportJSON } from './report.js'

type Answer =
  | readonly [token: number, outcome: OutcomeJSON]
  | readonly [token: number, outcome: null, error: ErrorJSON, report: ReportJSON | null]

interface Waiting {
  readonly caller: number
  readonly resolve: (outcome: DoneOutcome) => void
  readonly reject: (problem: unknown) => void
  readonly site: Site
}

/** Node's longest timer. */
const LONG = 2 ** 31 - 1

/** @internal The calls about one user of one client. */
export class Singles {
  readonly #native: NativeSingles
  readonly #log: Log | undefined
  /**
   * By token. No `Map`: with one, collections of garbage took five times as long. The tables that it outgrows point to the
   * ones after them, so it seems that a table that has grown old keeps everything young alive.
   */
  #waiting: (Waiting | undefined)[] = []
  /** Tokens below the length of `#waiting` that no call has. */
  #free: number[] = []
  /** Keeps the process, and this, alive while a call is under way; neither the native half nor a promise does. */
  #hold: NodeJS.Timeout | undefined
  #idlers: (() => void)[] = []

  constructor(client: NativeClient, log: Log | undefined) {
    // Weak, because the native half lives as long as this does: such a circle is never collected.
    const singles = new WeakRef(this)
    this.#native = client.singles(() => {
      const held = singles.deref()
      if (held !== undefined) held.#take()
    })
    this.#log = log
  }

  /** Blocks or unblocks one user. */
  run(operation: 'block' | 'unblock', user: string, json: boolean, site: Site): Promise<DoneOutcome> {
    return new Promise((resolve, reject) => {
      const token = this.#free.pop() ?? this.#waiting.length
      const caller = this.#log?.enter() ?? 0
      this.#waiting[token] = { caller, resolve, reject, site }
      this.#hold ??= setTimeout(() => this.#take(), LONG)
      this.#native.start(token, operation === 'unblock', user, json, caller)
    })
  }

  /** Lets go of the native half; only where no call is under way, and none begins. */
  end(): void {
    this.#native.end()
  }

  /** Resolves when no call is under way. */
  idle(): Promise<void> {
    return new Promise((resolve) => {
      if (this.#running() === 0) resolve()
      else this.#idlers.push(resolve)
    })
  }

  #running(): number {
    return this.#waiting.length - this.#free.length
  }

  #take(): void {
    // The records of a call come before its promise settles.
    this.#log?.drain()
    const answers = this.#native.take()
    if (answers === null) return
    for (const [token, outcome, error, report] of JSON.parse(answers) as Answer[]) {
      const waiting = this.#waiting[token]
      if (waiting === undefined) continue
      this.#waiting[token] = undefined
      this.#free.push(token)
      const { caller, resolve, reject, site } = waiting
      this.#log?.leave(caller)
      if (outcome !== null) resolve(new Outcome(outcome) as DoneOutcome)
      else if (error !== undefined) reject(failure(error, report ?? null, site))
    }
    if (this.#running() > 0) return
    this.#waiting = []
    this.#free = []
    clearTimeout(this.#hold)
    this.#hold = undefined
    for (const idler of this.#idlers.splice(0)) idler()
  }
}

function failure(error: ErrorJSON, report: ReportJSON | null, site: Site) {
  const rows = report === null ? undefined : native.NativeReport.fromJson(JSON.stringify(report))
  return errorFrom(error, { report: rows && makeReport(rows, site), site })
}
