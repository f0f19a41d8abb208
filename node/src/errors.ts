// Written by `cargo xtask faces`. Do not edit.
/** The errors of wablock: one class for each code, all under {@link WablockError}. */

import { WablockError } from './wablock-error.js'

/** The stable codes of errors; the same strings in Rust, Python and Node. */
export type ErrorCode =
  | 'config'
  | 'invalid_user'
  | 'auth'
  | 'permission'
  | 'not_found'
  | 'not_eligible'
  | 'own_number'
  | 'list_full'
  | 'list_changed'
  | 'rate_limited'
  | 'rejected'
  | 'server'
  | 'connection'
  | 'timeout'
  | 'protocol'
  | 'unsupported'
  | 'cancelled'
  | 'closed'
  | 'other'

/** An option is missing, unknown or invalid; the message names it. Nothing was sent. */
export class ConfigError extends WablockError {
  declare readonly code: 'config'
  /** @internal */
  static override readonly code = 'config'
}

/** A user is not a phone number, wa_id or business-scoped id that can be sent. Nothing was sent for it. */
export class InvalidUserError extends WablockError {
  declare readonly code: 'invalid_user'
  /** @internal */
  static override readonly code = 'invalid_user'
}

/** The provider does not accept the credentials. */
export class AuthError extends WablockError {
  declare readonly code: 'auth'
  /** @internal */
  static override readonly code = 'auth'
}

/** The credentials are valid but do not allow this. */
export class PermissionDeniedError extends WablockError {
  declare readonly code: 'permission'
  /** @internal */
  static override readonly code = 'permission'
}

/** The business number, bot or account does not exist or is not yours. */
export class NotFoundError extends WablockError {
  declare readonly code: 'not_found'
  /** @internal */
  static override readonly code = 'not_found'
}

/** The user cannot be blocked now: no message in 24 hours, or not on WhatsApp (the API does not say which). */
export class NotEligibleError extends WablockError {
  declare readonly code: 'not_eligible'
  /** @internal */
  static override readonly code = 'not_eligible'
}

/** The number is the business's own. */
export class OwnNumberError extends WablockError {
  declare readonly code: 'own_number'
  /** @internal */
  static override readonly code = 'own_number'
}

/** The block list is full. */
export class ListFullError extends WablockError {
  declare readonly code: 'list_full'
  /** @internal */
  static override readonly code = 'list_full'
}

/** The list kept changing while it was being read. */
export class ListChangedError extends WablockError {
  declare readonly code: 'list_changed'
  /** @internal */
  static override readonly code = 'list_changed'
}

/** Too many requests. `retryAfterMs` has the time to wait, if the provider stated it. */
export class RateLimitedError extends WablockError {
  declare readonly code: 'rate_limited'
  /** @internal */
  static override readonly code = 'rate_limited'
}

/** The provider rejected the user or request for another reason; see the message and the provider's own code. */
export class RejectedError extends WablockError {
  declare readonly code: 'rejected'
  /** @internal */
  static override readonly code = 'rejected'
}

/** The provider failed on its side; whether the request took effect may be unknown. */
export class ServerError extends WablockError {
  declare readonly code: 'server'
  /** @internal */
  static override readonly code = 'server'
}

/** No connection to the provider. */
export class APIConnectionError extends WablockError {
  declare readonly code: 'connection'
  /** @internal */
  static override readonly code = 'connection'
}

/** No answer in time. */
export class APITimeoutError extends WablockError {
  declare readonly code: 'timeout'
  /** @internal */
  static override readonly code = 'timeout'
}

/** The answer was not reliable; whether the request took effect is unknown. */
export class ProtocolError extends WablockError {
  declare readonly code: 'protocol'
  /** @internal */
  static override readonly code = 'protocol'
}

/** The provider does not support this; see the client's `capabilities`. */
export class UnsupportedError extends WablockError {
  declare readonly code: 'unsupported'
  /** @internal */
  static override readonly code = 'unsupported'
}

/**
 * The call was cancelled; the report has the outcomes so far. Its `name` is `AbortError`, as with other libraries that
 * take an `AbortSignal`; `cause` is the signal's reason.
 */
export class CallCancelledError extends WablockError {
  declare readonly code: 'cancelled'
  /** @internal */
  static override readonly code = 'cancelled'
}

/** The client was closed, before or during the call. */
export class ClosedError extends WablockError {
  declare readonly code: 'closed'
  /** @internal */
  static override readonly code = 'closed'
}

/** A kind of error that this version does not know: it was read from a report that a newer version wrote. */
export class OtherError extends WablockError {
  declare readonly code: 'other'
  /** @internal */
  static override readonly code = 'other'
}
