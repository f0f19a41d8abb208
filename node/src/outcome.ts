/** What came of one input. */
import { inspect } from 'node:util'

import { type ErrorJSON, errorFrom, type Site, type WablockError } from './errors.js'
import { native } from './native.js'
import { User, type UserJSON } from './users.js'

/**
 * The state of an input after a call: confirmed by the provider (`done`); rejected by the provider, or invalid input
 * (`failed`); sent, but no reliable answer came back (`unknown`); never left this machine (`not_sent`).
 */
export type State = 'done' | 'failed' | 'unknown' | 'not_sent'

/** An outcome as JSON; the same in every language. */
export interface OutcomeJSON {
  /** What the caller gave, untouched. */
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

class BaseOutcome {
  /** What the caller gave, untouched. */
  readonly input: string
  /** Whether it worked. */
  readonly state: State
  /** How the input was read; `undefined` if it is not a valid user. */
  readonly user: User | undefined
  /** The user's wa_id, where the provider gave one; may differ from the number. */
  readonly waId: string | undefined
  /** The user's business-scoped id, where the provider gave one. */
  readonly userId: string | undefined
  /** Why it did not work; `undefined` when it is done, and where a check found nothing wrong. */
  readonly error: WablockError | undefined
  /** Fields of the provider's answer about this user that wablock does not know. */
  readonly extra: Readonly<Record<string, unknown>> | undefined

  static {
    Object.defineProperty(BaseOutcome, 'name', { value: 'Outcome' })
  }

  /** From its JSON; `site` is the place of the call that its error names. */
  constructor(data: OutcomeJSON, site?: Site) {
    this.input = data.input
    this.state = data.state
    this.user = data.user && new User(data.user)
    this.waId = data.wa_id
    this.userId = data.user_id
    this.error = data.error && errorFrom(data.error, { site })
    this.extra = data.extra
    Object.freeze(this)
  }

  /** True when the provider said that it was done. */
  get ok(): boolean {
    return this.state === 'done'
  }

  /** The outcome as JSON, the same in every language. Holds the number unmasked. */
  toJSON(): OutcomeJSON {
    const { input, state, user, waId, userId, error, extra } = this
    return {
      input,
      state,
      ...(user === undefined ? {} : { user: user.toJSON() }),
      ...(waId === undefined ? {} : { wa_id: waId }),
      ...(userId === undefined ? {} : { user_id: userId }),
      ...(error === undefined ? {} : { error: error.toJSON() }),
      ...(extra === undefined ? {} : { extra }),
    }
  }

  /** One line, with the number masked. */
  toString(): string {
    const why = this.error === undefined ? '' : ` (${this.error.code})`
    // Input with spaces or dashes has no long run of digits that looks like a number, so all of them go.
    const who = this.user === undefined ? this.input.replace(/\p{Nd}/gu, '*') : native.mask(this.user.id)
    return `Outcome(${who} ${this.state}${why})`
  }

  /** @internal Masked: phone numbers are personal data. */
  [inspect.custom](): string {
    return this.toString()
  }
}

/** The provider said that it was done, of this very user. */
export interface DoneOutcome extends BaseOutcome {
  /** It worked. */
  readonly state: 'done'
  /** Always true. */
  readonly ok: true
  /** Whom it was done to. */
  readonly user: User
  /** There is none. */
  readonly error: undefined
}

/** The provider, or wablock's check of the input, refused. */
export interface FailedOutcome extends BaseOutcome {
  /** It did not work. */
  readonly state: 'failed'
  /** Always false. */
  readonly ok: false
  /** Why it was refused. */
  readonly error: WablockError
}

/** It was sent, and no trustworthy answer came back; `client.settle` finds out. */
export interface UnknownOutcome extends BaseOutcome {
  /** Nobody knows yet. */
  readonly state: 'unknown'
  /** Always false. */
  readonly ok: false
  /** Who was asked for. */
  readonly user: User
  /** Why it is not known. */
  readonly error: WablockError
}

/** It never left this machine; after a `check`, because nothing was to be sent. */
export interface NotSentOutcome extends BaseOutcome {
  /** Nothing was sent. */
  readonly state: 'not_sent'
  /** Always false. */
  readonly ok: false
  /** Why it was not sent; undefined after a `check`. */
  readonly error: WablockError | undefined
}

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
  new (data: OutcomeJSON, site?: Site): Outcome
  readonly prototype: Outcome
}
