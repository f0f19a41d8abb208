/** The result of a call over users: one outcome per input, in input order. */
import { setImmediate as nextTurn } from 'node:timers/promises'
import { inspect } from 'node:util'

import type { NativeReport } from './addon.js'
import type { ErrorCode } from './errors.js'
import { errorFrom, guarded, siteOf } from './failures.js'
import { oneOf } from './given.js'
import { MAKE, NATIVE, native } from './native.js'
import type { Provider, UserInput } from './options.js'
import {
  type DoneOutcome,
  type FailedOutcome,
  type NotSentOutcome,
  Outcome,
  type OutcomeJSON,
  type State,
  type UnknownOutcome,
} from './outcome.js'
import type { ErrorJSON, Site } from './wablock-error.js'

/** Rows that cross from the native half at a time: about a millisecond of work. */
const PIECE = 1000

/** A report as JSON; the same in every language. */
export interface ReportJSON {
  /** The version of the format: 1. */
  readonly v?: number
  /** The provider that was called. */
  readonly provider: Provider
  /** Which operation it was. */
  readonly operation: 'block' | 'unblock' | 'check'
  /** The business number that was called, as a fingerprint. */
  readonly account?: string
  /** One per input, in input order. */
  readonly outcomes: readonly OutcomeJSON[]
  /** HTTP requests sent. */
  readonly requests: number
  /** When the call ended, in milliseconds since 1970. */
  readonly finished_at_ms: number
}

/** A report without its rows. */
interface Head extends Omit<ReportJSON, 'account' | 'outcomes'> {
  readonly account: string | null
  readonly length: number
  readonly counts: Record<State, number>
  readonly failures: [ErrorCode, number][]
  readonly text: string
}

/** How many outcomes are in each state; see {@link State}. */
export type Counts = Readonly<Record<'done' | 'failed' | 'unknown' | 'notSent', number>>

/**
 * The outcomes of one call of `block`, `unblock` or `check`: exactly one per input, in input order.
 *
 * Rows are created on first access. `for await` yields to the event loop between pieces, so that even tens of thousands of rows
 * do not block it.
 *
 * @example
 * ```ts
 * const report = await client.block(numbers)
 * if (!report.ok) {
 *   for (const { input, error } of report.failed) console.log(input, error.code, error.hint)
 * }
 * ```
 */
export class Report implements Iterable<Outcome>, AsyncIterable<Outcome> {
  /** The provider that was called. */
  readonly provider: Provider
  /** Which operation it was. */
  readonly operation: 'block' | 'unblock' | 'check'
  /** The business number that was called, as a fingerprint; missing in a report that an older version wrote. */
  readonly account?: string
  /** How many inputs, and therefore outcomes, there are. */
  readonly length: number
  /** How many outcomes are in each state. */
  readonly counts: Counts
  /** How many inputs have each error code, the most frequent first. */
  readonly failures: Readonly<Partial<Record<ErrorCode, number>>>
  /** HTTP requests sent, every attempt counted. */
  readonly requests: number
  /** When the call ended, in milliseconds since 1970; a provider's delay until effective counts from here. */
  readonly finishedAtMs: number
  readonly #rows: NativeReport
  readonly #site: Site | undefined
  readonly #text: string
  #outcomes: readonly Outcome[] | undefined

  private constructor(rows: NativeReport, site?: Site) {
    const head = JSON.parse(rows.head()) as Head
    this.provider = head.provider
    this.operation = head.operation
    if (head.account !== null) this.account = head.account
    this.length = head.length
    const { done, failed, unknown, not_sent } = head.counts
    this.counts = Object.freeze({ done, failed, unknown, notSent: not_sent })
    this.#text = head.text
    this.failures = Object.freeze(Object.fromEntries(head.failures))
    this.requests = head.requests
    this.finishedAtMs = head.finished_at_ms
    this.#rows = rows
    this.#site = site
    Object.freeze(this)
  }

  /** @internal */
  static [MAKE](rows: NativeReport, site?: Site): Report {
    return new Report(rows, site)
  }

  /** @internal */
  get [NATIVE](): NativeReport {
    return this.#rows
  }

  /**
   * Reads a report that {@link Report.toJSON} or another language wrote.
   *
   * @throws {@link ConfigError} when it is not a report.
   */
  static fromJSON(report: string | ReportJSON): Report {
    const text = typeof report === 'string' ? report : JSON.stringify(report)
    return new Report(guarded(siteOf(Report.fromJSON), () => native.NativeReport.fromJson(String(text))))
  }

  /** True when every input is done. */
  get ok(): boolean {
    return this.counts.done === this.length
  }

  /** Every outcome, in input order. All are created on first access; for very many, iterate with `for await`. */
  get outcomes(): readonly Outcome[] {
    this.#outcomes ??= Object.freeze([...this.#pieces()].flat())
    return this.#outcomes
  }

  /** The outcomes that are done, in input order. */
  get done(): readonly DoneOutcome[] {
    return this.#inState('done') as readonly DoneOutcome[]
  }

  /** The outcomes that the provider, or wablock's check of the input, rejected. */
  get failed(): readonly FailedOutcome[] {
    return this.#inState('failed') as readonly FailedOutcome[]
  }

  /** The outcomes that were sent and got no reliable answer; see `client.settle`. */
  get unknown(): readonly UnknownOutcome[] {
    return this.#inState('unknown') as readonly UnknownOutcome[]
  }

  /** The outcomes that never left this machine. */
  get notSent(): readonly NotSentOutcome[] {
    return this.#inState('not_sent') as readonly NotSentOutcome[]
  }

  /**
   * Throws unless every input is done: the most frequent error, with this report as `report`.
   *
   * @example
   * ```ts
   * const report = await client.block(numbers)
   * report.throwIfFailed()
   * ```
   */
  throwIfFailed(): void {
    const cause = this.#rows.cause()
    if (cause === null) return
    throw errorFrom(JSON.parse(cause) as ErrorJSON, { report: this, site: siteOf(this.throwIfFailed) })
  }

  /**
   * Whether a user is among the inputs; accepts any number format with a country code, and any value from wablock.
   *
   * @throws {@link InvalidUserError} if it is not a valid user.
   */
  has(user: UserInput): boolean {
    const site = siteOf(this.has)
    return guarded(site, () => this.#rows.has(oneOf(user, 'the user')))
  }

  /** Every outcome, in input order. */
  *[Symbol.iterator](): Generator<Outcome, void, undefined> {
    if (this.#outcomes !== undefined) yield* this.#outcomes
    else for (const piece of this.#pieces()) yield* piece
  }

  /** Every outcome, in input order, yielding to the event loop between pieces. */
  async *[Symbol.asyncIterator](): AsyncGenerator<Outcome, void, undefined> {
    for (const piece of this.#pieces()) {
      yield* piece
      await nextTurn()
    }
  }

  /** The report as JSON, the same in every language. Contains the numbers unmasked. */
  toJSON(): ReportJSON {
    return JSON.parse(this.#rows.toJson()) as ReportJSON
  }

  /** One line: how many inputs are in each state, and why. */
  toString(): string {
    return this.#text
  }

  /** @internal Counts only: phone numbers are personal data. */
  [inspect.custom](): string {
    return this.toString()
  }

  *#pieces(): Generator<Outcome[], void, undefined> {
    for (let start = 0; start < this.length; start += PIECE) {
      yield this.#outcomesOf(this.#rows.outcomes(start, start + PIECE))
    }
  }

  #inState(state: State): readonly Outcome[] {
    if (this.#outcomes !== undefined) return this.#outcomes.filter((outcome) => outcome.state === state)
    return this.#outcomesOf(this.#rows.inState(state))
  }

  #outcomesOf(json: string): Outcome[] {
    // The errors show where the call was made; collecting the frames of this place would be wasted work.
    const limit = Error.stackTraceLimit
    Error.stackTraceLimit = 0
    try {
      return (JSON.parse(json) as OutcomeJSON[]).map((row) => new Outcome(row, this.#site))
    } finally {
      Error.stackTraceLimit = limit
    }
  }
}
