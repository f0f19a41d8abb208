// Runs the standalone server in a folder of its own, as a container does, and asks it to block.
import { spawn } from 'node:child_process'
import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'

const root = join(import.meta.dirname, '../../..')
const folder = mkdtempSync(join(tmpdir(), 'wablock-next-'))
cpSync('.next/standalone', folder, { recursive: true, verbatimSymlinks: true })
const server = spawn(process.execPath, [join(folder, relative(root, import.meta.dirname), 'server.js')], {
  env: { PATH: process.env.PATH, HOSTNAME: '127.0.0.1', PORT: '0' },
})
try {
  const url = await new Promise((resolve, reject) => {
    let text = ''
    const read = (data) => {
      text += data
      const found = /http:\/\/[\w.]+:[1-9]\d*/.exec(text)
      if (found !== null) resolve(found[0])
    }
    server.stdout.on('data', read)
    server.stderr.on('data', read)
    server.on('exit', () => reject(new Error(text)))
  })
  const answer = await fetch(`${url}/api/block`)
  const text = await answer.text()
  if (text !== '{"state":"done"}') throw new Error(`${answer.status} ${text}`)
  console.log('served: %s', text)
} finally {
  server.kill()
  rmSync(folder, { recursive: true })
}
