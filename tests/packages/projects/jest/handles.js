// No open handle after `close()`: Jest lists those that it finds.
const { spawnSync } = require('node:child_process')

const { status, stdout, stderr } = spawnSync(
  'jest',
  ['--ci', '--detectOpenHandles', '--rootDir', '.', 'block'],
  { encoding: 'utf8' },
)
const text = `${stdout}${stderr}`
if (status !== 0 || /open handle/i.test(text)) {
  console.error(text)
  process.exitCode = 1
}
