/**
 * The native half, whose types `npm run build:native` writes into `addon.d.ts`.
 *
 * @internal
 * @module
 */
import { load } from './load.js'

/** @internal The name of a static method that makes an object of a class without a public constructor. */
export const MAKE: unique symbol = Symbol('make')

/** @internal The name of a property with the native half of an object. */
export const NATIVE: unique symbol = Symbol('native')

/** @internal */
export const native = load() as typeof import('./addon.js')
