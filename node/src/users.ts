/** Users, as read from an input and as a list shows them. */
import { inspect } from 'node:util'

import { defined } from './convert.js'
import { native } from './native.js'

/** What identifies a user. */
export type UserKind = 'phone' | 'wa_id' | 'bsuid'

/** A user, as read from an input. */
export class User {
  /** What identifies the user. */
  readonly kind: UserKind
  /** The digits of a phone number or wa_id without `+`, or the BSUID. */
  readonly id: string

  /** From its JSON. */
  constructor(data: UserJSON) {
    if (typeof data?.kind !== 'string' || typeof data.id !== 'string') {
      throw new TypeError('a User is made from { kind, id }; parseUser reads text')
    }
    this.kind = data.kind
    this.id = data.id
    Object.freeze(this)
  }

  /** The user as JSON, the same in every language. */
  toJSON(): UserJSON {
    return { kind: this.kind, id: this.id }
  }

  /** @internal Masked: phone numbers are personal data. */
  [inspect.custom](): string {
    return `User(${this.kind} ${native.mask(this.id)})`
  }
}

/** A user as JSON; the same in every language. */
export interface UserJSON {
  /** What identifies the user. */
  readonly kind: UserKind
  /** The digits, or the BSUID. */
  readonly id: string
}

/** A user on a block list. */
export class BlockedUser {
  /** The wa_id: digits without `+`, where the provider gave one. */
  readonly waId: string | undefined
  /** The business-scoped id, where the provider gave one. */
  readonly userId: string | undefined
  /** Fields of the provider's answer about this user that wablock does not know. */
  readonly extra: Readonly<Record<string, unknown>> | undefined

  /** From its JSON. */
  constructor(data: BlockedUserJSON) {
    if (typeof data !== 'object' || data === null) {
      throw new TypeError('a BlockedUser is made from { wa_id, user_id }')
    }
    this.waId = data.wa_id
    this.userId = data.user_id
    this.extra = data.extra
    Object.freeze(this)
  }

  /** The id of the user: the wa_id, or the business-scoped id if there is no wa_id. */
  get id(): string {
    return this.waId ?? this.userId ?? ''
  }

  /** The user as JSON, the same in every language. */
  toJSON(): BlockedUserJSON {
    return defined({ wa_id: this.waId, user_id: this.userId, extra: this.extra })
  }

  /** @internal Masked: phone numbers are personal data. */
  [inspect.custom](): string {
    return `BlockedUser(${native.mask(this.id)})`
  }
}

/** A user on a block list as JSON; the same in every language. */
export interface BlockedUserJSON {
  /** The wa_id, where the provider gave one. */
  readonly wa_id?: string
  /** The business-scoped id, where the provider gave one. */
  readonly user_id?: string
  /** Fields of the provider's answer that wablock does not know. */
  readonly extra?: Readonly<Record<string, unknown>>
}
