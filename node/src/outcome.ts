/** The result of one input. */
import { inspect } from 'node:util'

import { defined } from './convert.js'
import { errorFrom } from './failures.js'
import { native } from './native.js'
import { User, type UserJSON } from './users.js'
import type { ErrorJSON, Site, WablockError } from './wablock-error.js'

/**
 * The state of an input after a call: confirmed by the provider (`done`); rejected by the provider, or invalid input
 * (`failed`); sent, but no reliable answer came back (`unknown`); never left this machine (`not_sent`).
 */
export type State = 'done' | 'failed' | 'unknown' | 'not_sent'

/** An outcome as JSON; the same in every language. */
export interface OutcomeJSON {
  /** The input, unchanged. */
  readonly input: string
  /** Whether it worked. */
  readonly state: State
  /** How the input was read. */
  readonly user?: UserJSON
  /** The user's wa_id as the provider resolved it. */
  readonly wa_id?: string
  /** The user's business-scoped id. */
  readonly user_id?: string
  /** Why it did not work. */
  readonly error?: ErrorJSON
  /** Fields of the provider's answer that wablock does not know. */
  readonly extra?: Readonly<Record<string, unknown>>
}

/** What every outcome has. {@link Outcome} is the class. */
class BaseOutcome<
  S extends State,
  U extends User | undefined = User | undefined,
  E extends WablockError | undefined = WablockError,
> {
  /** The input, unchanged. */
  readonly input: string
  /** Whether it worked. */
  readonly state: S
  /** How the input was read; `undefined` if it is not a valid user. */
  readonly user: U
  /** The user's wa_id, where the provider gave one; may differ from the number. */
  readonly waId: string | undefined
  /** The user's business-scoped id, where the provider gave one. */
  readonly userId: string | undefined
  /** Why it did not work; `undefined` when it is done, and where a check found nothing wrong. */
  readonly error: E
  /** Fields of the provider's answer about this user that wablock does not know. */
  readonly extra: Readonly<Record<string, unknown>> | undefined

  static {
    Object.defineProperty(BaseOutcome, 'name', { value: 'Outcome' })
  }

  /** From its JSON; the error's stack shows `site`, where the call was made. */
  constructor(data: OutcomeJSON, site?: Site) {
    this.input = data.input
    this.state = data.state as S
    this.user = (data.user && new User(data.user)) as U
    this.waId = data.wa_id
    this.userId = data.user_id
    this.error = (data.error && errorFrom(data.error, { site })) as E
    this.extra = data.extra
    Object.freeze(this)
  }

  /** True when the provider confirmed it. */
  get ok(): S extends 'done' ? true : false {
    return (this.state === 'done') as S extends 'done' ? true : false
  }

  /** The outcome as JSON, the same in every language. Contains the number unmasked. */
  toJSON(): OutcomeJSON {
    const { input, state, user, waId: wa_id, userId: user_id, error, extra } = this
    const all = { input, state, user: user?.toJSON(), wa_id, user_id, error: error?.toJSON(), extra }
    return defined(all) as OutcomeJSON
  }

  /** One line, with the number masked. */
  toString(): string {
    const why = this.error === undefined ? '' : ` (${this.error.code})`
    // In an input with spaces or dashes no run of digits is long enough to look like a number, so every digit is masked.
    const who = this.user === undefined ? this.input.replace(/\p{Nd}/gu, '*') : native.mask(this.user.id)
    return `Outcome(${who} ${this.state}${why})`
  }

  /** @internal Masked: phone numbers are personal data. */
  [inspect.custom](): string {
    return this.toString()
  }
}

export type { BaseOutcome }

/** The provider confirmed the change. */
export type DoneOutcome = BaseOutcome<'done', User, undefined>

/** The provider rejected the change, or wablock's check rejected the input. */
export type FailedOutcome = BaseOutcome<'failed'>

/** It was sent, and no reliable answer came back; see `client.settle`. */
export type UnknownOutcome = BaseOutcome<'unknown', User>

/** It never left this machine. After a `check`, which sends nothing, there is no `error`. */
export type NotSentOutcome = BaseOutcome<'not_sent', User | undefined, WablockError | undefined>

/**
 * The result of one input: a union by `state`, so that TypeScript knows when `error` is defined.
 *
 * @example
 * ```ts
 * for (const outcome of report) {
 *   if (outcome.state === 'failed') console.log(outcome.input, outcome.error.code)
 * }
 * ```
 */
export type Outcome = DoneOutcome | FailedOutcome | UnknownOutcome | NotSentOutcome

/** The class of outcomes, for `instanceof`, and to make one from its JSON. */
export const Outcome = BaseOutcome as unknown as {
  /** From its JSON; the error's stack shows `site`, where the call was made. */
  new (data: OutcomeJSON, site?: Site): Outcome
  /** What outcomes inherit. */
  readonly prototype: Outcome
}
