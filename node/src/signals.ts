/**
 * One listener for each `AbortSignal`, however many calls share it: above ten listeners, Node warns of a leak.
 *
 * @internal
 * @module
 */

interface Shared {
  readonly callbacks: Set<() => void>
  readonly listener: () => void
}

const sharedOf = new WeakMap<AbortSignal, Shared>()

/** @internal Calls back when the signal aborts, until the returned function is called. */
export function onAbort(signal: AbortSignal, callback: () => void): () => void {
  let shared = sharedOf.get(signal)
  if (shared === undefined) {
    const callbacks = new Set<() => void>()
    const listener = () => {
      for (const each of [...callbacks]) each()
    }
    shared = { callbacks, listener }
    sharedOf.set(signal, shared)
    signal.addEventListener('abort', listener, { once: true })
  }
  const { callbacks, listener } = shared
  callbacks.add(callback)
  return () => {
    callbacks.delete(callback)
    if (callbacks.size > 0 || sharedOf.get(signal)?.callbacks !== callbacks) return
    sharedOf.delete(signal)
    signal.removeEventListener('abort', listener)
  }
}
