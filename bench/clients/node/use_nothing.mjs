/** A process that does nothing: what Node and the harness's own code need. */
import { main } from './common.mjs'

await main(undefined)
