/**
 * Listening to an `AbortSignal`, with one listener however many calls share it: Node warns of a leak above ten.
 *
 * @internal
 * @module
 */

interface Shared {
  readonly callbacks: Set<() => void>
  readonly listener: () => void
}

const heard = new WeakMap<AbortSignal, Shared>()

/** @internal Calls back when the signal aborts, until the function that is returned is called. */
export function onAbort(signal: AbortSignal, callback: () => void): () => void {
  let shared = heard.get(signal)
  if (shared === undefined) {
    const callbacks = new Set<() => void>()
    const listener = () => {
      for (const each of [...callbacks]) each()
    }
    shared = { callbacks, listener }
    heard.set(signal, shared)
    signal.addEventListener('abort', listener, { once: true })
  }
  const { callbacks, listener } = shared
  callbacks.add(callback)
  return () => {
    callbacks.delete(callback)
    if (callbacks.size > 0 || heard.get(signal)?.callbacks !== callbacks) return
    heard.delete(signal)
    signal.removeEventListener('abort', listener)
  }
}
