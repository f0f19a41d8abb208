/** One call without keeping a client. */
import { CALL_OPTIONS } from './calls.js'
import { Client } from './client.js'
import type { BlockList } from './list.js'
import type {
  BulkOptions,
  CallOptions,
  ClientConfig,
  ClientOptions,
  UserInput,
  UserInputs,
} from './options.js'
import type { DoneOutcome } from './outcome.js'
import type { Report } from './report.js'

/** Options of a call and of the client that is made for it. */
export type OneOffOptions = ClientOptions & BulkOptions

/**
 * Blocks one user or many with a temporary client; for more than one call, create a {@link Client}.
 *
 * @throws {@link WablockError} as `client.block` and `new Client` do.
 *
 * @example
 * ```ts
 * await block({ provider: 'meta', accessToken, phoneNumberId }, '+16505551234')
 * ```
 */
export function block(config: ClientConfig, user: UserInput, options?: OneOffOptions): Promise<DoneOutcome>
/** Blocks many users once. */
export function block(config: ClientConfig, users: UserInputs, options?: OneOffOptions): Promise<Report>
/** One user or many, where the type does not tell. */
export function block(
  config: ClientConfig,
  users: UserInput | UserInputs,
  options?: OneOffOptions,
): Promise<DoneOutcome | Report>
export function block(
  config: ClientConfig,
  users: UserInput | UserInputs,
  options?: OneOffOptions,
): Promise<DoneOutcome | Report> {
  return once(config, options, (client, call) => client.block(users, call))
}

/**
 * Unblocks one user or many with a temporary client; for more than one call, create a {@link Client}.
 *
 * @throws {@link WablockError} as `client.unblock` and `new Client` do.
 */
export function unblock(config: ClientConfig, user: UserInput, options?: OneOffOptions): Promise<DoneOutcome>
/** Unblocks many users once. */
export function unblock(config: ClientConfig, users: UserInputs, options?: OneOffOptions): Promise<Report>
/** One user or many, where the type does not tell. */
export function unblock(
  config: ClientConfig,
  users: UserInput | UserInputs,
  options?: OneOffOptions,
): Promise<DoneOutcome | Report>
export function unblock(
  config: ClientConfig,
  users: UserInput | UserInputs,
  options?: OneOffOptions,
): Promise<DoneOutcome | Report> {
  return once(config, options, (client, call) => client.unblock(users, call))
}

/**
 * The block list, with a temporary client; for more than one call, create a {@link Client}.
 *
 * @throws {@link ConfigError} immediately for an invalid configuration; the iteration throws as `client.list` does.
 *
 * @example
 * ```ts
 * for await (const user of listBlocked({ provider: 'meta', accessToken, phoneNumberId })) console.log(user.waId)
 * ```
 */
export function listBlocked(config: ClientConfig, options: ClientOptions & CallOptions = {}): BlockList {
  const [own, call] = split(options)
  return new Client(config, own).list(call)
}

/**
 * Whether one user is on the block list, with a temporary client; see {@link Client.isBlocked}.
 *
 * @throws {@link WablockError} as `client.isBlocked` and `new Client` do.
 */
export function isBlocked(
  config: ClientConfig,
  user: UserInput,
  options?: ClientOptions & CallOptions,
): Promise<boolean> {
  return once(config, options, (client, call) => client.isBlocked(user, call))
}

/**
 * Checks the connection and the credentials with a temporary client; see {@link Client.ping}.
 *
 * @throws {@link WablockError} as `client.ping` and `new Client` do.
 */
export function ping(config: ClientConfig, options?: ClientOptions & CallOptions): Promise<void> {
  return once(config, options, (client, call) => client.ping(call))
}

async function once<T>(
  config: ClientConfig,
  options: OneOffOptions | undefined,
  work: (client: Client, call: BulkOptions) => Promise<T>,
): Promise<T> {
  const [own, call] = split(options ?? {})
  const client = new Client(config, own)
  try {
    return await work(client, call)
  } finally {
    await client.close()
  }
}

function split(options: OneOffOptions): [ClientOptions, BulkOptions] {
  const entries = Object.entries(options)
  const forCall = ([name]: [string, unknown]) => CALL_OPTIONS.includes(name)
  return [
    Object.fromEntries(entries.filter((entry) => !forCall(entry))),
    Object.fromEntries(entries.filter(forCall)),
  ]
}
