// Written by `cargo xtask faces`. Do not edit.
/** The errors of wablock: one class for each code, all under {@link WablockError}. */

import { type Kind, WablockError } from './wablock-error.js'

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
  static override readonly kind: Kind = {
    code: 'config',
    hint: 'Correct this option; nothing was sent.',
    retryable: false,
  }
}

/** A user is not a phone number, wa_id or business-scoped id that can be sent. Nothing was sent for it. */
export class InvalidUserError extends WablockError {
  declare readonly code: 'invalid_user'
  /** @internal */
  static override readonly kind: Kind = {
    code: 'invalid_user',
    hint: 'Give the number in international form, such as +16505551234; nothing was sent for it.',
    retryable: false,
  }
}

/** The provider does not accept the credentials. */
export class AuthError extends WablockError {
  declare readonly code: 'auth'
  /** @internal */
  static override readonly kind: Kind = {
    code: 'auth',
    hint: 'Check that the credentials are correct, have not expired, and belong to this account.',
    retryable: false,
  }
}

/** The credentials are valid but do not allow this. */
export class PermissionDeniedError extends WablockError {
  declare readonly code: 'permission'
  /** @internal */
  static override readonly kind: Kind = {
    code: 'permission',
    hint: 'Give the token or account the permission for WhatsApp block lists.',
    retryable: false,
  }
}

/** The business number, bot or account does not exist or is not yours. */
export class NotFoundError extends WablockError {
  declare readonly code: 'not_found'
  /** @internal */
  static override readonly kind: Kind = {
    code: 'not_found',
    hint: 'Check the id of the business number (or bot) and that the credentials belong to it.',
    retryable: false,
  }
}

/** The user cannot be blocked now: no message in 24 hours, or not on WhatsApp (the API does not say which). */
export class NotEligibleError extends WablockError {
  declare readonly code: 'not_eligible'
  /** @internal */
  static override readonly kind: Kind = {
    code: 'not_eligible',
    hint: 'A user can be blocked only within 24 hours of their last message; block them when they write.',
    retryable: false,
  }
}

/** The number is the business's own. */
export class OwnNumberError extends WablockError {
  declare readonly code: 'own_number'
  /** @internal */
  static override readonly kind: Kind = {
    code: 'own_number',
    hint: 'A business cannot block its own number; remove it from the input.',
    retryable: false,
  }
}

/** The block list is full. */
export class ListFullError extends WablockError {
  declare readonly code: 'list_full'
  /** @internal */
  static override readonly kind: Kind = {
    code: 'list_full',
    hint: 'Unblock someone first; the list can hold only a limited number of users.',
    retryable: false,
  }
}

/** The list kept changing while it was being read. */
export class ListChangedError extends WablockError {
  declare readonly code: 'list_changed'
  /** @internal */
  static override readonly kind: Kind = {
    code: 'list_changed',
    hint: 'Read the list again when no other process is blocking or unblocking.',
    retryable: true,
  }
}

/** Too many requests. `retryAfterMs` has the time to wait, if the provider stated it. */
export class RateLimitedError extends WablockError {
  declare readonly code: 'rate_limited'
  /** @internal */
  static override readonly kind: Kind = {
    code: 'rate_limited',
    hint: 'Wait as long as the provider asks, then call again with fewer concurrent requests.',
    retryable: true,
  }
}

/** The provider rejected the user or request for another reason; see the message and the provider's own code. */
export class RejectedError extends WablockError {
  declare readonly code: 'rejected'
  /** @internal */
  static override readonly kind: Kind = {
    code: 'rejected',
    hint: 'The provider rejected the request; see its message and its own code.',
    retryable: false,
  }
}

/** The provider failed on its side; whether the request took effect may be unknown. */
export class ServerError extends WablockError {
  declare readonly code: 'server'
  /** @internal */
  static override readonly kind: Kind = {
    code: 'server',
    hint: 'Try again later; check the block list to see whether it took effect.',
    retryable: true,
  }
}

/** No connection to the provider. */
export class APIConnectionError extends WablockError {
  declare readonly code: 'connection'
  /** @internal */
  static override readonly kind: Kind = {
    code: 'connection',
    hint: 'Check the network, the proxy, and the base URL.',
    retryable: true,
  }
}

/** No answer in time. */
export class APITimeoutError extends WablockError {
  declare readonly code: 'timeout'
  /** @internal */
  static override readonly kind: Kind = {
    code: 'timeout',
    hint: 'Allow more time, or check the block list to see whether it took effect.',
    retryable: true,
  }
}

/** The answer was not reliable; whether the request took effect is unknown. */
export class ProtocolError extends WablockError {
  declare readonly code: 'protocol'
  /** @internal */
  static override readonly kind: Kind = {
    code: 'protocol',
    hint: "Check the block list to see whether it took effect; open an issue if the provider's API has changed.",
    retryable: false,
  }
}

/** The provider does not support this; see the client's `capabilities`. */
export class UnsupportedError extends WablockError {
  declare readonly code: 'unsupported'
  /** @internal */
  static override readonly kind: Kind = {
    code: 'unsupported',
    hint: 'See `capabilities` for what the provider supports.',
    retryable: false,
  }
}

/**
 * The call was cancelled; the report has the outcomes so far. Its `name` is `AbortError`, as with other libraries that
 * take an `AbortSignal`; `cause` is the signal's reason.
 */
export class CallCancelledError extends WablockError {
  declare readonly code: 'cancelled'
  /** @internal */
  static override readonly kind: Kind = {
    code: 'cancelled',
    hint: 'The report says which inputs were done, which are unknown, and which were not sent.',
    retryable: false,
  }
}

/** The client was closed, before or during the call. */
export class ClosedError extends WablockError {
  declare readonly code: 'closed'
  /** @internal */
  static override readonly kind: Kind = {
    code: 'closed',
    hint: 'Create a new client; this one is closed.',
    retryable: false,
  }
}

/** A kind of error that this version does not know: it was read from a report that a newer version wrote. */
export class OtherError extends WablockError {
  declare readonly code: 'other'
  /** @internal */
  static override readonly kind: Kind = {
    code: 'other',
    hint: 'Update wablock: a newer version wrote this report and knows this kind of error.',
    retryable: false,
  }
}
