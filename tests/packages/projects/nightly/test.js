import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { Report } from 'wablock'
import { startSandbox } from 'wablock/testing'

const sandbox = startSandbox()
const { accessToken, phoneNumberId, baseUrl } = sandbox.meta()
const env = {
  ...process.env,
  WABLOCK_PROVIDER: 'meta',
  WABLOCK_META_ACCESS_TOKEN: accessToken,
  WABLOCK_META_PHONE_NUMBER_ID: phoneNumberId,
  WABLOCK_META_BASE_URL: baseUrl,
}
const numbers = Array.from({ length: 2500 }, (_, at) => `+1650${1_000_000 + at}`)
writeFileSync('numbers.txt', `${numbers.join('\r\n')}\r\n\r\n15550131047\r\n`)
const run = () =>
  new Promise((resolve) => {
    execFile(process.execPath, ['block.js', 'numbers.txt', 'report.json'], { env }, (error, stdout, stderr) =>
      resolve({ code: error?.code ?? 0, stdout, stderr }),
    )
  })

const first = await run()
assert.equal(first.code, 1, first.stderr)
assert.equal(
  first.stdout,
  'Report(meta block: 2500 done, 1 failed (not_eligible 1), 0 unknown, 0 not_sent)\n',
)
const report = Report.fromJSON(readFileSync('report.json', 'utf8'))
assert.equal(report.failed[0].input, '15550131047')
assert.equal(statSync('report.json').mode & 0o777, 0o600)

sandbox.fault({ name: 'error_code', code: 190, operation: 'block' })
const refused = await run()
assert.equal(refused.code, 1)
assert.match(refused.stderr, /AuthError/)
assert.equal(Report.fromJSON(readFileSync('report.json', 'utf8')).ok, false)
sandbox.close()
console.log('nightly works')
