// The documentation's code. A block that imports begins a program, those after it go on with it: each program is checked
// by tsc --strict and run against the sandbox, and a `text` block shows exactly what the block before it printed
// (`WABLOCK_UPDATE=1` writes it again). A block with a title is an excerpt of that file, which runs elsewhere.
import assert from 'node:assert/strict'
import { execFile, execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

import { sandboxOf } from './support.mjs'

const root = new URL('../../', import.meta.url)
const path = (name) => fileURLToPath(new URL(name, root))
const work = path('target/node-docs')
const PAGES = [
  ...readdirSync(new URL('docs/node/', root)).map((name) => `docs/node/${name}`),
  ...readdirSync(new URL('docs/providers/', root))
    .map((name) => `docs/providers/${name}`)
    .filter((page) => blocksOf(page).some(({ language }) => language === 'ts')),
  'docs/index.md',
  'docs/side-by-side.md',
  'node/README.md',
  'README.md',
]

/** The fenced blocks of a page. */
function blocksOf(page) {
  const text = readFileSync(new URL(page, root), 'utf8')
  return [...text.matchAll(/^( *)```(\w*)(?: title="([^"]+)")?\n([\s\S]*?)^\1```$/gm)].map(
    ([, indent, language, title, code]) => ({
      language,
      title,
      code: code.replace(new RegExp(`^${indent}`, 'gm'), ''),
    }),
  )
}

const isCode = ({ language }) => language === 'ts' || language === 'js'

/** The programs of a page, each a list of its blocks. */
function programsOf(page) {
  const programs = []
  let shows
  for (const block of blocksOf(page)) {
    if (isCode(block) && block.title === undefined) {
      if (/^import /m.test(block.code)) programs.push([])
      assert.ok(programs.length > 0, `${page}: the first block imports nothing`)
      programs.at(-1).push(block)
      shows = block
    } else if (block.language === 'text' && shows !== undefined) {
      shows.output = block
      shows = undefined
    } else {
      shows = undefined
    }
  }
  return programs
}

const MARK = '\u0001'
/** The program as one module; what each block prints ends with a mark. */
const sourceOf = (program) =>
  program.map(({ code }) => `${code}\nconsole.log(${JSON.stringify(MARK)})`).join('\n')
const fileOf = (page, at) => `${page.replace(/\W/g, '-')}-${at}`

test('the excerpts are those of their files', () => {
  let count = 0
  for (const page of PAGES) {
    for (const { title, code } of blocksOf(page)) {
      if (title === undefined || !title.includes('/')) continue
      assert.ok(readFileSync(new URL(title, root), 'utf8').includes(code), `${page}: ${title} has changed`)
      count += 1
    }
  }
  assert.ok(count > 0)
})

test('every program compiles, and prints what its page says', async (t) => {
  rmSync(work, { recursive: true, force: true })
  mkdirSync(`${work}/node_modules`, { recursive: true })
  symlinkSync(path('node'), `${work}/node_modules/wablock`)
  symlinkSync(path('node/node_modules/@types'), `${work}/node_modules/@types`)
  const compilerOptions = {
    strict: true,
    checkJs: true,
    target: 'es2022',
    lib: ['es2022', 'esnext.disposable'],
    module: 'nodenext',
    types: ['node'],
    skipLibCheck: false,
    outDir: 'out',
    rootDir: '.',
  }
  writeFileSync(
    `${work}/tsconfig.json`,
    JSON.stringify({ compilerOptions, include: ['*.mts', '*.mjs', '*.d.ts'] }),
  )
  // What a reader has: the credentials of their account.
  writeFileSync(
    `${work}/reader.d.ts`,
    `declare const accessToken: string
    declare const phoneNumberId: string
    declare const numbers: string[]
    declare const signal: AbortSignal
`,
  )
  const programs = PAGES.flatMap((page) => {
    const found = programsOf(page)
    assert.ok(found.length > 0 || blocksOf(page).some(({ title }) => title), `${page} has no program`)
    return found.map((blocks, at) => ({ page, file: fileOf(page, at), blocks }))
  })
  for (const { page, file, blocks } of programs) {
    // Only Node 24 and newer have `using`, and the package runs on Node 20.
    for (const { code } of blocks) assert.doesNotMatch(code, /^\s*(await )?using /m, page)
    const extension = blocks.every(({ language }) => language === 'js') ? 'mjs' : 'mts'
    writeFileSync(`${work}/${file}.${extension}`, sourceOf(blocks))
  }
  execFileSync(path('node/node_modules/.bin/tsc'), ['-p', work], { stdio: 'inherit' })

  const sandbox = sandboxOf(t)
  const { accessToken, phoneNumberId, baseUrl } = sandbox.meta()
  const env = {
    ...process.env,
    WABLOCK_UPDATE: undefined,
    WABLOCK_PROVIDER: 'meta',
    WABLOCK_META_ACCESS_TOKEN: accessToken,
    WABLOCK_META_PHONE_NUMBER_ID: phoneNumberId,
    WABLOCK_META_BASE_URL: baseUrl,
  }
  for (const { page, file, blocks } of programs) {
    sandbox.reset()
    const compiled = `${work}/out/${file}.mjs`
    assert.ok(existsSync(compiled), compiled)
    // The reader's account is the sandbox's, and the provider's host the sandbox.
    const reader = JSON.stringify({ accessToken, phoneNumberId, numbers: ['+16505550101', '+16505550102'] })
    const code = readFileSync(compiled, 'utf8').replaceAll("provider: 'meta',", `$& baseUrl: '${baseUrl}',`)
    const given = `Object.assign(globalThis, ${reader}, { signal: new AbortController().signal })`
    writeFileSync(compiled, `${given}\n${code}`)
    const { stdout } = await promisify(execFile)(process.execPath, [compiled], { env, timeout: 60_000 })
    const printed = stdout.split(`${MARK}\n`)
    assert.equal(printed.length, blocks.length + 1, `${page} ends early: ${stdout}`)
    blocks.forEach((block, at) => {
      if (block.output === undefined) return
      if (process.env.WABLOCK_UPDATE === '1') {
        const text = readFileSync(new URL(page, root), 'utf8')
        const shown = (output) => `${block.code}\`\`\`\n\n\`\`\`text\n${output}\`\`\``
        writeFileSync(
          new URL(page, root),
          text.replace(shown(block.output.code), () => shown(printed[at])),
        )
      } else {
        assert.equal(printed[at], block.output.code, `${page}: what is printed by\n${block.code}`)
      }
    })
  }
  t.diagnostic(`${programs.length} programs of ${PAGES.length} pages`)
})
