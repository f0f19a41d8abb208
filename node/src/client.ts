/** The client: blocks, unblocks and lists the users of one business number. */
import { inspect } from 'node:util'

import type { NativeClient } from './addon.js'
import { withAuthorities } from './authorities.js'
import { Calls, missingFail } from './calls.js'
import { camelKeys, kindOf, optionsToJson, Problem } from './convert.js'
import { guarded, siteOf, typed } from './failures.js'
import { isOne, oneOf } from './given.js'
import { gather, gatherNow } from './inputs.js'
import { BlockList } from './list.js'
import { splitLog } from './log.js'
import { MAKE, NATIVE, native } from './native.js'
import type {
  BulkOptions,
  CallOptions,
  Capabilities,
  CheckOptions,
  ClientConfig,
  ClientOptions,
  FromEnvOptions,
  UserInput,
  UserInputs,
  UserInputsWithGaps,
} from './options.js'
import { type DoneOutcome, Outcome, type OutcomeJSON } from './outcome.js'
import { Report } from './report.js'
import type { Site } from './wablock-error.js'

/** @internal A configuration as the native half reads it. */
class Given {
  constructor(readonly json: string) {}
}

function configToJson(config: ClientConfig): string {
  if (typeof config === 'string') {
    throw new Problem(
      'the configuration must be an object with `provider` and its options, not a string; ' +
        'Client.fromEnv() reads environment variables',
    )
  }
  return optionsToJson(config, 'the configuration')
}

/** Retired providers about which this process has warned. */
const warned = new Set<string>()

/**
 * Blocks, unblocks and lists the users of one business number at one provider.
 *
 * A client holds connections, limits and a retry budget: create one and share it. An idle client does not keep the process
 * alive, so you need not close it.
 *
 * @example
 * ```ts
 * import { Client } from 'wablock'
 *
 * const client = new Client({ provider: 'meta', accessToken, phoneNumberId })
 * await client.block('+1 (650) 555-1234')
 * const report = await client.block(['+16505551235', '972501234567'])
 * for await (const user of client.list()) console.log(user.waId)
 * ```
 */
export class Client {
  /** What the provider can do. */
  readonly capabilities: Capabilities
  readonly #native: NativeClient
  readonly #config: string
  readonly #options: ClientOptions
  readonly #calls: Calls
  readonly #pending = new Set<Promise<unknown>>()
  readonly #closing = new AbortController()

  /**
   * @param config - the provider's configuration
   * @param options - options that override the defaults
   * @throws {@link ConfigError} naming the option that is missing, unknown or invalid. Nothing is sent.
   */
  constructor(config: ClientConfig, options?: ClientOptions)
  /** @internal */
  constructor(config: ClientConfig | Given, options?: ClientOptions)
  constructor(config: ClientConfig | Given, options: ClientOptions = {}) {
    const site = siteOf(new.target)
    this.#config = guarded(site, () => (config instanceof Given ? config.json : configToJson(config)))
    this.#options = { ...options }
    const [log, rest] = guarded(site, () => splitLog(options))
    const json = guarded(site, () => optionsToJson(withAuthorities(rest, config)))
    this.#native = guarded(site, () => new native.NativeClient(this.#config, json, log?.level))
    this.#calls = new Calls(this.#native, log)
    this.capabilities = capabilitiesOf(this.#native)
    warnOfRetirement(this.capabilities)
  }

  /**
   * A client whose settings come from environment variables: `WABLOCK_PROVIDER`; for each of its options one like
   * `WABLOCK_META_ACCESS_TOKEN`; and for options of the client ones like `WABLOCK_TIMEOUT` (seconds) and
   * `WABLOCK_DEFAULT_REGION`. An empty variable counts as not set.
   *
   * @param options - they take precedence over variables; `prefix: 'SHOP'` reads `WABLOCK_SHOP_PROVIDER` and so on
   * @param env - the variables. Default: `process.env`
   * @throws {@link ConfigError} for a variable that cannot work or is not one of wablock's, and for those that are not
   * set, all of which are named.
   *
   * @example
   * ```ts
   * // WABLOCK_PROVIDER=meta WABLOCK_META_ACCESS_TOKEN=... WABLOCK_META_PHONE_NUMBER_ID=...
   * const client = Client.fromEnv()
   * ```
   */
  static fromEnv(
    options: FromEnvOptions = {},
    env: Readonly<Record<string, string | undefined>> = process.env,
  ): Client {
    const site = siteOf(Client.fromEnv)
    const json = guarded(site, () => {
      if (options === process.env || Object.keys(options ?? {}).some((name) => name.startsWith('WABLOCK_'))) {
        throw new Problem('variables are the second argument: Client.fromEnv(options, env)')
      }
      if (options !== undefined && (typeof options !== 'object' || options === null)) {
        throw new Problem(`the options of fromEnv must be an object, not ${kindOf(options)}`)
      }
      const environment = Object.entries(env).filter(([name]) => name.startsWith('WABLOCK_'))
      return JSON.stringify({ environment: Object.fromEntries(environment), prefix: options.prefix })
    })
    const { prefix: _, ...own } = options
    return new Client(new Given(json), own)
  }

  /**
   * Blocks one user or many. For one user it resolves with the outcome once the provider confirms it. For many it resolves with
   * a report that has one outcome per input, in input order.
   *
   * @throws {@link WablockError} for one user: why the user was not blocked (`NotEligibleError`, ...), or why that is unknown.
   * For many, only when the whole call failed: configuration, credentials, permission, unknown business number, no connection,
   * cancelled or closed. The error then has the report as `report`.
   *
   * @example
   * ```ts
   * const outcome = await client.block('+16505551234')
   * const report = await client.block(['+16505551234', '972501234567'], { signal: AbortSignal.timeout(30_000) })
   * if (!report.ok) console.log(report.failed)
   * ```
   */
  block<T extends UserInput | UserInputs>(users: T, options?: BulkOptions): Promise<Changed<T>>
  /** Blocks many users; missing values fail alone. */
  block(users: UserInputsWithGaps, options: BulkOptions & { readonly onMissing: 'fail' }): Promise<Report>
  block(users: UserInput | UserInputsWithGaps, options?: BulkOptions): Promise<DoneOutcome | Report> {
    return this.#change(false, users, options, siteOf(this.block))
  }

  /**
   * Unblocks one user or many, as {@link Client.block} blocks them.
   *
   * You may not be able to undo it: a user can be blocked only within 24 hours of their last message.
   *
   * @throws {@link WablockError} as `block` does.
   */
  unblock<T extends UserInput | UserInputs>(users: T, options?: BulkOptions): Promise<Changed<T>>
  /** Unblocks many users; missing values fail alone. */
  unblock(users: UserInputsWithGaps, options: BulkOptions & { readonly onMissing: 'fail' }): Promise<Report>
  unblock(users: UserInput | UserInputsWithGaps, options?: BulkOptions): Promise<DoneOutcome | Report> {
    return this.#change(true, users, options, siteOf(this.unblock))
  }

  /**
   * Checks the inputs as `block` and `unblock` do, but sends nothing. The report has one outcome per input, in input order:
   * `failed` with the reason if the input is not a valid user, or one that the provider does not support; `not_sent` for all
   * others, whose `user` says how they were read.
   *
   * @throws {@link InvalidUserError} for values that cannot be a user, and for missing values, unless `onMissing` is `fail`.
   *
   * @example
   * ```ts
   * for (const { input, error } of client.check(numbers).failed) console.log(input, error.message)
   * ```
   */
  check(
    users: UserInput | (Iterable<UserInput | null | undefined> & { readonly charAt?: never }),
    options: CheckOptions = {},
  ): Report {
    const site = siteOf(this.check)
    const rows = guarded(site, () => this.#native.check(gatherNow(users, missingFail(options))))
    return Report[MAKE](rows, site)
  }

  /**
   * Whether one user, in any number format, is on the block list: reads it page by page until it finds the user. For many
   * users, read it once: `client.list().toSet()`.
   *
   * @throws {@link UnsupportedError} if the list cannot answer, because some of its rows lack the kind of id that you passed;
   * {@link InvalidUserError} if the input is not a valid user; {@link WablockError} if listing fails.
   *
   * @example
   * ```ts
   * if (await client.isBlocked('+1 (650) 555-1234')) return
   * ```
   */
  async isBlocked(user: UserInput, options: CallOptions = {}): Promise<boolean> {
    const site = siteOf(this.isBlocked)
    const begin = (token: number) => this.#native.isBlocked(token, oneOf(user, 'the user'))
    return (await this.#calls.run(options, site, begin)) as boolean
  }

  /**
   * Checks the connection and the credentials with one cheap read, which changes nothing.
   *
   * @throws {@link WablockError} if something is wrong: `AuthError`, `NotFoundError`, `APIConnectionError`, ...
   */
  async ping(options: CallOptions = {}): Promise<void> {
    await this.#calls.run(options, siteOf(this.ping), (token) => this.#native.ping(token))
  }

  /**
   * The block list. Nothing is sent until you iterate or await it; `timeoutMs` applies to all its pages together.
   *
   * @example
   * ```ts
   * for await (const user of client.list()) console.log(user.waId)
   * const all = await client.list()
   * ```
   */
  list(options: CallOptions = {}): BlockList {
    return BlockList[MAKE](this.#calls, this.capabilities.provider, options, siteOf(this.list))
  }

  /**
   * Resolves a report's unknown outcomes from the block list, once changes have taken effect; never resends. Anything the list
   * cannot confirm stays unknown. The given report does not change.
   *
   * @throws {@link WablockError} if listing fails; `ConfigError` for a report of another provider or business number.
   *
   * @example
   * ```ts
   * let report = await client.block(numbers)
   * if (report.counts.unknown > 0) report = await client.settle(report)
   * ```
   */
  async settle(report: Report, options: CallOptions = {}): Promise<Report> {
    const site = siteOf(this.settle)
    if (!(report instanceof Report)) {
      throw typed(new Problem('`report` must be a Report', 'Read one from JSON with Report.fromJSON.'), site)
    }
    const begin = (token: number) => this.#native.settle(token, report[NATIVE])
    return (await this.#calls.run(options, site, begin)) as Report
  }

  /**
   * Another client for the same business number, with these options changed. It has its own connections and limits,
   * and is closed separately.
   */
  withOptions(options: ClientOptions): Client {
    return new Client(new Given(this.#config), { ...this.#options, ...options })
  }

  /** Ends the calls in flight, and resolves when they have ended. They and later calls throw `ClosedError`. */
  async close(): Promise<void> {
    this.#closing.abort()
    await Promise.allSettled([this.#calls.close(), ...this.#pending])
  }

  /** {@link Client.close}, for `await using`. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  /** @internal Shows no configuration. */
  [inspect.custom](): string {
    return `Client(${this.capabilities.provider})`
  }

  async #change(
    unblock: boolean,
    users: UserInput | UserInputsWithGaps,
    options: BulkOptions | undefined,
    site: Site,
  ): Promise<DoneOutcome | Report> {
    if (isOne(users)) {
      const begin = (token: number) => this.#native.changeOne(token, unblock, oneOf(users, 'user'))
      // An outcome that is not done is an error here.
      return new Outcome((await this.#calls.run(options, site, begin, true)) as OutcomeJSON) as DoneOutcome
    }
    const work = this.#changeMany(unblock, users as UserInputs, options, site)
    this.#pending.add(work)
    try {
      return await work
    } finally {
      this.#pending.delete(work)
    }
  }

  async #changeMany(
    unblock: boolean,
    users: UserInputs,
    options: BulkOptions = {},
    site: Site,
  ): Promise<Report> {
    const call = this.#calls.open(options, site, true)
    try {
      const stop = {
        signals: [this.#closing.signal, ...(call.given.signal === undefined ? [] : [call.given.signal])],
        withinMs: options.timeoutMs ?? this.#options.timeoutMs ?? undefined,
      }
      const inputs = await gather(users, this.#native, stop, call.given.missingFail === true)
      const begin = (token: number) => this.#native.change(token, unblock, inputs)
      return (await this.#calls.step(call, begin)) as Report
    } catch (problem) {
      throw typed(problem, site)
    } finally {
      this.#calls.end(call)
    }
  }
}

/** What blocking or unblocking gives: the outcome of one user, or a report on many. */
export type Changed<T> = T extends UserInput ? DoneOutcome : Report

function capabilitiesOf(client: NativeClient): Capabilities {
  const { reply_window_s, effective_delay_s, ...rest } = JSON.parse(client.capabilities())
  return Object.freeze({
    ...camelKeys(rest),
    replyWindowMs: reply_window_s === null ? null : reply_window_s * 1000,
    effectiveDelayMs: effective_delay_s * 1000,
  }) as unknown as Capabilities
}

function warnOfRetirement({ provider, status }: Capabilities): void {
  if (status.state !== 'retired' || warned.has(provider)) return
  warned.add(provider)
  process.emitWarning(status.notice, {
    type: 'WablockWarning',
    code: `WABLOCK_RETIRED_${provider.toUpperCase()}`,
  })
}
