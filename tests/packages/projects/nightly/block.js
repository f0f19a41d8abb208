// node block.js numbers.txt report.json: blocks one number per line, and exits with 1 if some are not done.
import { createReadStream } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import { Client } from 'wablock'

const [numbersFile, reportFile] = process.argv.slice(2)

/** The numbers of a file, read while it is read: any size fits. */
async function* numbersOf(file) {
  for await (const line of createInterface({
    input: createReadStream(file),
    crlfDelay: Number.POSITIVE_INFINITY,
  })) {
    if (line.trim() !== '') yield line.trim()
  }
}

const stop = new AbortController()
process.once('SIGTERM', () => stop.abort(new Error('SIGTERM')))

const client = Client.fromEnv() // WABLOCK_PROVIDER, WABLOCK_META_ACCESS_TOKEN, ...
let report = await client.block(numbersOf(numbersFile), { signal: stop.signal }).catch((error) => {
  // The error of a failed call also has a report.
  console.error(error)
  if (error.report === undefined) process.exit(2)
  return error.report
})
if (report.counts.unknown > 0 && !stop.signal.aborted) report = await client.settle(report)

// It has the numbers in full, so only the owner may read it.
await writeFile(reportFile, JSON.stringify(report), { mode: 0o600 })
console.log(String(report))
process.exitCode = report.ok ? 0 : 1
