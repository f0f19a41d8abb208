/**
 * Long work in pieces, with turns of the event loop between them.
 *
 * @internal
 * @module
 */
import { setImmediate } from 'node:timers'

/** @internal Rows that cross to or from the native half at a time: about a millisecond of work. */
export const PIECE = 1000

/** @internal Lets the event loop do what else is due. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve)
  })
}
