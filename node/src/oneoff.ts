/** One call without keeping a client. */
import { type Changed, Client } from './client.js'
import type { BlockList } from './list.js'
import type {
  BulkOptions,
  CallOptions,
  ClientConfig,
  ClientOptions,
  UserInput,
  UserInputs,
} from './options.js'

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
export function block<T extends UserInput | UserInputs>(
  config: ClientConfig,
  users: T,
  options?: OneOffOptions,
): Promise<Changed<T>> {
  return once(config, options, (client, call) => client.block(users, call))
}

/**
 * Unblocks one user or many with a temporary client; for more than one call, create a {@link Client}.
 *
 * @throws {@link WablockError} as `client.unblock` and `new Client` do.
 */
export function unblock<T extends UserInput | UserInputs>(
  config: ClientConfig,
  users: T,
  options?: OneOffOptions,
): Promise<Changed<T>> {
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

/** The options of the client, and those that only a call has. */
function split(options: OneOffOptions): [ClientOptions, BulkOptions] {
  const { signal, onMissing, onProgress, ...own } = options
  return [own, { signal, onMissing, onProgress }]
}
