#!/usr/bin/env node
/**
 * The sandbox as a program: `npx wablock-sandbox`.
 *
 * @internal
 * @module
 */
import { parseArgs } from 'node:util'

import { startSandbox } from './testing.js'

const USAGE = `wablock-sandbox: the four providers' block-list APIs on this machine

Usage: wablock-sandbox [--port PORT] [--print-config]

  --port PORT      port to listen on (0: one that is free)
  --print-config   also print a ready configuration of each provider (made-up credentials), as JSON

It prints its URL and serves until Ctrl-C.`

/** The program's arguments, or what is wrong with them. */
function argumentsOf(argv: string[]): { port: number; config: boolean; help: boolean } | string {
  try {
    const { values } = parseArgs({
      args: argv,
      options: {
        port: { type: 'string', default: '0' },
        'print-config': { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    })
    const port = /^\d{1,5}$/.test(values.port) ? Number(values.port) : Number.NaN
    if (!(port <= 65_535)) return '--port needs a number up to 65535'
    return { port, config: values['print-config'], help: values.help }
  } catch (problem) {
    return (problem as Error).message
  }
}

function main(): void {
  const given = argumentsOf(process.argv.slice(2))
  if (typeof given === 'string') {
    console.error('%s\n\n%s', given, USAGE)
    process.exitCode = 2
    return
  }
  if (given.help) {
    console.log(USAGE)
    return
  }
  let sandbox: ReturnType<typeof startSandbox>
  try {
    sandbox = startSandbox({ port: given.port })
  } catch (problem) {
    console.error('wablock-sandbox: %s', (problem as Error).message)
    process.exitCode = 1
    return
  }
  console.log(sandbox.url)
  if (given.config) {
    for (const config of [sandbox.meta(), sandbox.nxcloud(), sandbox.digital99(), sandbox.sinch()]) {
      console.log(JSON.stringify(config))
    }
  }
  // The sandbox keeps no process alive; this does, until a signal.
  const alive = setInterval(() => {}, 2 ** 30)
  const end = () => {
    clearInterval(alive)
    sandbox.close()
  }
  process.once('SIGINT', end)
  process.once('SIGTERM', end)
}

main()
