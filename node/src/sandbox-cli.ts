#!/usr/bin/env node
/**
 * The sandbox as a program: `npx wablock-sandbox`.
 *
 * @internal
 * @module
 */
import { parseArgs } from 'node:util'

import type { Provider } from './options.js'
import { METHODS } from './simulated.js'
import { startSandbox } from './testing.js'

const { version } = require('../package.json') as { version: string }

const PROVIDERS = Object.keys(METHODS) as Provider[]

const USAGE = `wablock-sandbox: the providers' block-list APIs on this machine

Usage: wablock-sandbox [--port PORT] [--print-config] [--print-env PROVIDER]

  --port PORT      port to listen on (0: one that is free)
  --print-config   also print a ready configuration of each provider (made-up credentials), as JSON
  --print-env PROVIDER  also print a provider's configuration as lines for a shell
  --version        print the version

It prints its URL and serves until Ctrl-C.`

interface Arguments {
  readonly port: number
  readonly config: boolean
  readonly env: Provider | undefined
  /** What to print in place of serving. */
  readonly text: string | undefined
}

/** The program's arguments, or what is wrong with them. */
function argumentsOf(argv: string[]): Arguments | string {
  try {
    const { values } = parseArgs({
      args: argv,
      options: {
        port: { type: 'string', default: '0' },
        'print-config': { type: 'boolean', default: false },
        'print-env': { type: 'string' },
        version: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    })
    const port = /^\d{1,5}$/.test(values.port) ? Number(values.port) : Number.NaN
    if (!(port <= 65_535)) return '--port needs a number up to 65535'
    const env = PROVIDERS.find((provider) => provider === values['print-env'])
    if (values['print-env'] !== undefined && env === undefined) {
      return `--print-env needs one of ${PROVIDERS.join(', ')}`
    }
    const text = values.help ? USAGE : values.version ? `wablock-sandbox ${version}` : undefined
    return { port, config: values['print-config'], env, text }
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
  if (given.text !== undefined) {
    console.log(given.text)
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
    for (const provider of PROVIDERS) console.log(JSON.stringify(sandbox[METHODS[provider]]()))
  }
  if (given.env !== undefined) {
    for (const [name, value] of Object.entries(sandbox.env(given.env)))
      console.log(`export ${name}='${value}'`)
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
