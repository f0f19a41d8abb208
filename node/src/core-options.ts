// Written by `cargo xtask faces`. Do not edit.

/** The options of a client that the core reads. */
export interface CoreClientOptions {
  /**
   * Limit for one call with all its attempts and waits. In milliseconds. Default: 60 s for a call about one user, no
   * limit for the others.
   */
  readonly timeoutMs?: number | undefined
  /** Limit for opening a connection. In milliseconds. Default: 5,000. */
  readonly connectTimeoutMs?: number | undefined
  /** Limit for one attempt, from sending to the last byte of the answer. In milliseconds. Default: 30,000. */
  readonly attemptTimeoutMs?: number | undefined
  /** Attempts after the first. From 0 to 100. Default: 2. */
  readonly maxRetries?: number | undefined
  /** Concurrent requests of one call over a collection. From 1 to 1,024. Default: 8. */
  readonly concurrency?: number | undefined
  /** Requests per second, at least one per day. Default: the provider's documented rate, where it has one. */
  readonly rateLimit?: number | undefined
  /**
   * ISO 3166 region for numbers in national format, such as `IL`. Default: none: only international numbers are
   * accepted.
   */
  readonly defaultRegion?: string | undefined
  /**
   * Largest answer that is read, after decompression, in bytes. From 1,024 to 1,073,741,824. Default: 8,388,608 (8
   * MiB).
   */
  readonly maxResponseBytes?: number | undefined
  /** How often a list is re-read because it changed. From 0 to 100. Default: 3. */
  readonly listRestarts?: number | undefined
  /**
   * URL of an HTTP proxy. It may hold a password, so it is kept as a secret. This machine is never reached through one.
   * Default: those of the environment.
   */
  readonly proxy?: string | undefined
  /**
   * Additional certificate authorities: PEM text, the path of a PEM file, or a list of these. PEM text may be a Buffer,
   * and a path a `file:` URL. Those of Node's `NODE_EXTRA_CA_CERTS` are trusted too. Default: the system's (also those
   * of `SSL_CERT_FILE`) and the bundled ones, which are always trusted.
   */
  readonly caCertificates?: string | Uint8Array | URL | readonly (string | Uint8Array | URL)[] | undefined
}

/** The options of a call that the core reads. */
export interface CoreCallOptions {
  /** Limit for this call with all its attempts and waits. In milliseconds. Default: the client's. */
  readonly timeoutMs?: number | undefined
  /** Attempts after the first. From 0 to 100. Default: the client's. */
  readonly maxRetries?: number | undefined
}

/** What {@link Client.check} does otherwise. */
export interface CheckOptions {
  /**
   * How to treat a missing value (`None`, `null`, `undefined`, `NaN`) among many users: `raise` refuses the call before
   * anything is sent, `fail` lets only that row fail. Default: `'raise'`.
   */
  readonly onMissing?: 'raise' | 'fail' | undefined
}
