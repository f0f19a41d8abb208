#!/usr/bin/env node
/**
 * The sandbox as a program: `npx wablock-sandbox`.
 *
 * @internal
 * @module
 */
import { native } from './native.js'

const program = native.sandboxProgram(process.argv.slice(2))
if (program.output !== '') console.log('%s', program.output)
if (program.problem !== '') console.error('%s', program.problem)
process.exitCode = program.code

if (program.serves) {
  // The sandbox itself does not keep the process alive.
  setInterval(() => {}, 2 ** 30)
  const end = () => process.exit()
  process.once('SIGINT', end)
  process.once('SIGTERM', end)
  if (program.endsWithStdin) process.stdin.resume().once('end', end)
}
