// What the Node tests share: the built package, a sandbox per test, and a way to wait for something to happen.
import { METHODS } from '../../node/dist/simulated.js'
import { startSandbox } from '../../node/dist/testing.mjs'

export * from '../../node/dist/index.mjs'
export { startSandbox }

/** The providers, each with the sandbox's method that configures it. */
export const PROVIDERS = METHODS

/** A sandbox that ends with the test. */
export function sandboxOf(t) {
  const sandbox = startSandbox()
  t.after(() => sandbox.close())
  return sandbox
}

/** Waits until the condition holds; the test's own time limit ends a wait for nothing. */
export async function until(condition) {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 2))
}

/** Waits until a promise that must be rejected is, and gives the error. */
export async function failure(promise) {
  try {
    await promise
  } catch (error) {
    return error
  }
  throw new Error('the promise was resolved')
}

/** `count` different phone numbers. */
export function numbers(count) {
  return Array.from({ length: count }, (_, at) => `+1650${String(1_000_000 + at)}`)
}
