/// <reference lib="esnext.disposable" preserve="true" />
/**
 * Blocks, unblocks and lists blocked WhatsApp users through Meta Cloud API, NxCloud, 99digital and Sinch.
 *
 * @packageDocumentation
 */
export * from './client.js'
export * from './errors.js'
export * from './list.js'
export * from './oneoff.js'
export type * from './options.js'
export * from './outcome.js'
export * from './report.js'
export * from './sets.js'
export * from './tools.js'
export * from './users.js'
export * from './wablock-error.js'
