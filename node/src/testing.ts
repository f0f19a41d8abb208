/// <reference lib="esnext.disposable" preserve="true" />
/**
 * A sandbox for tests: simulates all providers on this machine, with faults and a clock.
 *
 * @packageDocumentation
 */
import { inspect } from 'node:util'

import type { NativeSandbox } from './addon.js'
import { camelKeys, checkKinds, Problem, snakeKeys } from './convert.js'
import { guarded, siteOf } from './failures.js'
import { MAKE, native } from './native.js'
import type { MetaConfig, Provider } from './options.js'
import type { Fault, Operation, SandboxSettings } from './sandbox.js'
import { Configurations } from './simulated.js'

export type * from './sandbox.js'
export type { Configurations } from './simulated.js'

/** Which of a provider's accounts; a new name makes a new account. Default `default`. */
export interface AccountOptions {
  /** The account's name. */
  readonly account?: string | undefined
}

/** A message to the business. A string names the user, who wrote now. */
export type SeedMessage = string | TimedMessage

/** A message at another time; one of the two times. */
export interface TimedMessage {
  /** Who wrote. */
  readonly user: string
  /** When, in milliseconds since 1970. */
  readonly atMs?: number | undefined
  /** How many seconds ago. */
  readonly agoS?: number | undefined
}

/** What an account begins with. */
export interface Seed extends AccountOptions {
  /** Users on the block list. */
  readonly blocked?: readonly string[] | undefined
  /** Who wrote to the business, for the 24-hour rule. */
  readonly messages?: readonly SeedMessage[] | undefined
}

/** The result of seeding. */
export interface Seeded {
  /** How many users were not on the list before. */
  readonly added: number
  /** How many are on it now. */
  readonly count: number
}

/** What an account looks like. */
export interface Inspection {
  /** How many users are blocked. */
  readonly count: number
  /** The ids of the blocked users, sorted. */
  readonly blocked: readonly string[]
  /** Changes with every change of the list. */
  readonly version: string
  /** The business's own number; empty for Sinch. */
  readonly ownNumber: string
  /** The sandbox's clock, in milliseconds since 1970. */
  readonly nowMs: number
  /** Sinch's changes that are not effective yet. */
  readonly pending?: readonly unknown[]
}

/** A request that the sandbox received. */
export interface RecordedRequest {
  /** The provider that it was sent to. */
  readonly provider: Provider
  /** The operation; `null` if it cannot be determined. */
  readonly operation: Operation | null
  /** The HTTP method. */
  readonly method: string
  /** The path. */
  readonly path: string
  /** The query, as it was sent. */
  readonly query: string
  /** The headers, as pairs of name and value, in the order in which they came. */
  readonly headers: readonly (readonly [name: string, value: string])[]
  /** The body, as it was sent. */
  readonly body: string
  /** When, by the sandbox's clock, in milliseconds since 1970. */
  readonly atMs: number
  /** The status of the answer; 0 where none was sent. */
  readonly status: number | null
}

/** A canned answer. */
export interface CannedAnswer {
  /** Default 200. */
  readonly status?: number | undefined
  /** Headers of the answer. */
  readonly headers?: Readonly<Record<string, string>> | undefined
  /** JSON, or text that is sent unchanged. */
  readonly body?: unknown
  /** The complete answer with its status line, byte for byte; cannot be combined with other keys. */
  readonly raw?: string | undefined
}

/**
 * Starts a sandbox. It listens on a local port until you close it, and does not keep the process alive.
 *
 * @param options - `port`. Default: a free port
 * @throws `ConfigError` for an unknown option or an invalid port; `Error` if the port cannot be bound
 *
 * @example
 * ```ts
 * import { Client } from 'wablock'
 * import { startSandbox } from 'wablock/testing'
 *
 * const sandbox = startSandbox()
 * const client = new Client(sandbox.meta())
 * await client.block('+16505551234')
 * sandbox.close()
 * ```
 */
export function startSandbox(options: { readonly port?: number | undefined } = {}): Sandbox {
  const site = siteOf(startSandbox)
  const port = guarded(site, () => {
    checkKinds(options, 'startSandbox', { port: ['a number', 'undefined'] })
    const { port } = options
    if (port !== undefined && !(Number.isInteger(port) && port >= 0 && port <= 65_535)) {
      throw new Problem(`\`port\` must be a number from 0 to 65535, not ${port}`)
    }
    return port
  })
  return Sandbox[MAKE](new native.NativeSandbox(port))
}

/** Keeps sandboxes alive until they are closed, even if only a client's configuration still refers to them. */
const running = new Set<NativeSandbox>()

/** A running sandbox; {@link startSandbox} makes one. */
export class Sandbox extends Configurations {
  /** Where it listens, such as `http://127.0.0.1:40123`. */
  readonly url: string
  readonly #native: NativeSandbox

  private constructor(server: NativeSandbox) {
    super()
    this.#native = server
    this.url = server.url
    running.add(server)
  }

  /** @internal */
  static [MAKE](server: NativeSandbox): Sandbox {
    return new Sandbox(server)
  }

  /** A ready configuration for Meta; with `appSecret`, requests carry `appsecret_proof`. */
  override meta(options: AccountOptions & { readonly appSecret?: boolean | undefined } = {}): MetaConfig {
    return super.meta(options)
  }

  /** The environment variables that give a program a ready configuration, for `Client.fromEnv()`. */
  env(
    provider: Provider,
    options: AccountOptions & { readonly appSecret?: boolean | undefined } = {},
  ): Record<string, string> {
    return this.#run('env', { provider, ...options }) as Record<string, string>
  }

  /** The ids of the users on an account's list, sorted. */
  blocked(provider: Provider, options: AccountOptions = {}): readonly string[] {
    return this.inspect(provider, options).blocked
  }

  /** Puts users on an account's list, and messages in its history. */
  seed(provider: Provider, { messages, ...seed }: Seed): Seeded {
    const written = messages?.map((message) => (typeof message === 'string' ? message : snakeKeys(message)))
    return this.control('seed', { ...seed, provider, messages: written }) as unknown as Seeded
  }

  /** What an account looks like now. */
  inspect(provider: Provider, { account }: AccountOptions = {}): Inspection {
    return this.control('inspect', { provider, account }) as unknown as Inspection
  }

  /** Changes settings, such as `everyoneWrote` or `listCap`; returns all of them. */
  settings(settings: SandboxSettings = {}): Required<SandboxSettings> {
    return this.control('settings', settings) as unknown as Required<SandboxSettings>
  }

  /** Injects a fault. */
  fault(fault: Fault): void {
    this.control('fault', fault)
  }

  /** Removes all faults. */
  clearFaults(): void {
    this.control('clear_faults')
  }

  /** Moves the clock, which decides the 24-hour rule and Sinch's delay; returns it, in milliseconds since 1970. */
  advance(by: Partial<Record<'ms' | 'seconds' | 'minutes' | 'hours' | 'days', number>>): number {
    return this.control('advance', by).nowMs as number
  }

  /** Reads, sets, freezes or resets the clock; returns it, in milliseconds since 1970. */
  clock(
    change: {
      readonly advanceS?: number
      readonly setMs?: number
      readonly freeze?: boolean
      readonly reset?: boolean
    } = {},
  ): number {
    return this.control('clock', change).nowMs as number
  }

  /** The requests so far, newest last. */
  requests(
    filter: {
      readonly provider?: Provider
      readonly operation?: Operation
      readonly limit?: number
      readonly clear?: boolean
    } = {},
  ): RecordedRequest[] {
    const { requests } = this.control('requests', filter) as { requests: object[] }
    return requests.map((request) => camelKeys(request) as unknown as RecordedRequest)
  }

  /** Answers the next requests with these responses, whatever they ask for; an empty list discards those that are left. */
  script(responses: readonly CannedAnswer[], { provider }: { readonly provider?: Provider } = {}): void {
    this.control('script', { responses, provider })
  }

  /** Resets everything: lists, settings, faults, clock, recorded requests and script. */
  reset(): void {
    this.control('reset')
  }

  /**
   * Runs any command of the sandbox; `control('help')` lists them. Keys are in camelCase.
   *
   * @throws `Error` that says what was expected
   */
  override control(command: string, body: object = {}): Record<string, unknown> {
    return camelKeys(this.#run(command, body))
  }

  /** Stops the server and its connections. Idempotent. */
  close(): void {
    running.delete(this.#native)
    this.#native.stop()
  }

  /** {@link Sandbox.close}, for `using`. */
  [Symbol.dispose](): void {
    this.close()
  }

  /** {@link Sandbox.close}, for `await using`. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.close()
  }

  /** @internal */
  [inspect.custom](): string {
    return `Sandbox(${this.url})`
  }

  #run(command: string, body: object): object {
    try {
      return JSON.parse(this.#native.control(command, JSON.stringify(snakeKeys(body))))
    } catch (problem) {
      throw problem instanceof Problem ? new Error(problem.message) : problem
    }
  }
}
