// Written by `npm run build:native`. Do not edit.

/** A client of one business number. Each of its calls has a token. A user is JSON. */
export declare class NativeClient {
  /**
   * The first two are JSON with names as JavaScript writes them; the configuration is `provider` and its options, or
   * `environment` (an object of variables) and `prefix`. With `log_level`, log records of this level and above are reported.
   */
  constructor(config: string, options: string, logLevel?: string | undefined | null)
  /** Calls `wake` whenever something waits to be taken, until [`NativeClient::ignore`]. */
  listen(wake: () => void): void
  /** Releases `wake`, which would count as an open handle. */
  ignore(): void
  /**
   * JSON of everything that waits: `[token, kind, ...]` each, where kind is `log` (level, message), `progress` (done, total)
   * or `end` (whether it failed, the value or error, and whether there is a report to take).
   */
  take(): string | null
  /** The report of a call that has ended, once. */
  takeReport(token: number): NativeReport | null
  /** Opens a call that has options: JSON with names as JavaScript writes them. Its time begins now. */
  open(token: number, options: string, progress: boolean): void
  /** Cancels a call that has options. */
  cancel(token: number): void
  /** Forgets a call that has options. */
  forget(token: number): void
  /** Ends the calls in flight; later ones fail. */
  close(): void
  /** JSON. */
  capabilities(): string
  /** The users of a call over many, about as many as `expected`. */
  gather(expected: number): NativeInputs
  /** Reads users, given as a JSON array, and sends nothing. */
  check(users: string): NativeReport
  /** Blocks or unblocks users. */
  change(token: number, unblock: boolean, users: NativeInputs): void
  /** Blocks or unblocks one user. */
  changeOne(token: number, unblock: boolean, user: string): void
  /** Whether a user is on the list. */
  isBlocked(token: number, user: string): void
  /** Checks connection and credentials. */
  ping(token: number): void
  /** Resolves a report's unknown outcomes. */
  settle(token: number, report: NativeReport): void
  /** The list. With `ahead`, the next page is read while JavaScript processes the current one. */
  list(token: number, ahead: boolean): NativeList
  /** The next rows of a list, as a JSON array; `null` at the end. */
  nextRows(token: number, list: NativeList): void
}

/** The users of one call. */
export declare class NativeInputs {
  /** Adds users, given as a JSON array. */
  push(inputs: string): void
}

/** A list that is being read; nothing is sent before JavaScript asks for the first rows. */
export declare class NativeList {}

/** A report. */
export declare class NativeReport {
  /** Reads a report from its JSON. */
  static fromJson(text: string): NativeReport
  /** The shared JSON of the whole report. */
  toJson(): string
  /** Whether an input names a user, given as JSON. */
  has(user: string): boolean
  /** JSON of everything but the rows, with the number of rows in each state and of each error code. */
  head(): string
  /** JSON array of the outcomes from `start` to before `end`. */
  outcomes(start: number, end: number): string
  /** JSON array of the outcomes in a state. */
  inState(state: string): string
  /** JSON of the error that explains most of what did not work; `None` if everything is done. */
  cause(): string | null
}

/** A running sandbox. */
export declare class NativeSandbox {
  /** Starts the server; it has bound its port when this returns. */
  constructor(port?: number | undefined | null)
  /** Where it listens. */
  get url(): string
  /** Carries out a command: JSON in, JSON out. */
  control(command: string, body: string): string
  /** Ends the server. Idempotent. */
  stop(): void
}

/** The users of a block list, to look them up in any number format. */
export declare class NativeUserSet {
  /** `users` is a JSON array of users as a list gives them. */
  constructor(users: string)
  /** Whether a user, given as JSON, is among them. */
  has(user: string): boolean
}

/** The text with its phone numbers masked. */
export declare function mask(text: string): string

/** Reads the options of a check: whether only the rows of missing users fail. */
export declare function missingFail(options: string): boolean

/** NxCloud's signature of a request. */
export declare function nxcloudSignature(accessKey: string, accessSecret: string, ts: string, body?: string | Uint8Array | undefined | null, bizType?: string | undefined | null, action?: string | undefined | null, algorithm?: string | undefined | null): string

/** JSON of the user that a text identifies. */
export declare function parseUser(text: string, region?: string | undefined | null): string

/** Whether two numbers or wa_ids can be the same user's. */
export declare function sameUser(one: string, other: string): boolean

/** Starts the program `wablock-sandbox`. Its sandbox serves until the process ends. */
export declare function sandboxProgram(arguments: Array<string>): SandboxProgram

/** What the program `wablock-sandbox` prints, and what it does then. */
export interface SandboxProgram {
  /** The text for standard output. */
  output: string
  /** The text for standard error. */
  problem: string
  /** The exit code. */
  code: number
  /** Whether it serves until it is asked to end. */
  serves: boolean
  /** Whether the end of standard input also ends it. */
  endsWithStdin: boolean
}
