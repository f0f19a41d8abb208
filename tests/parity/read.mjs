// Reads the public names of the three languages from their sources: enough of each language to see what a type offers.
import { readdirSync, readFileSync } from 'node:fs'

const root = new URL('../../', import.meta.url)
const read = (name) => readFileSync(new URL(name, root), 'utf8')
const files = (folder, pattern) =>
  readdirSync(new URL(folder, root), { recursive: true })
    .filter((name) => pattern.test(name))
    .sort()
    .map((name) => read(`${folder}${name}`))

/** The text between a bracket and its partner. */
function bracketed(text, start, [open, close] = '{}') {
  const from = text.indexOf(open, start)
  let depth = 0
  for (let at = from; at < text.length; at++) {
    if (text[at] === open) depth += 1
    if (text[at] === close && --depth === 0) return text.slice(from + 1, at)
  }
  throw new Error(`no ${close} after ${text.slice(start, start + 40)}`)
}

/** The matches of a pattern, each once, in order of the alphabet. */
const found = (text, pattern) => [...new Set([...text.matchAll(pattern)].map((match) => match[1]))].sort()

// ---- TypeScript: the declarations that users get ----

const declarations = files('node/dist/', /^[\w-]+\.d\.ts$/)

/** The members of a class or interface, those of what it extends included. */
function nodeMembers(name) {
  for (const text of declarations) {
    const head = new RegExp(
      `^(?:export )?(?:declare )?(?:abstract )?(?:class|interface) ${name}\\b([^{]*)`,
      'm',
    ).exec(text)
    if (head === null) continue
    const bases = /extends ([\w, ]+)/.exec(head[1].replace(/^<.*>/, ''))?.[1].match(/\w+/g) ?? []
    const own = found(
      bracketed(text, head.index),
      /^ {4}(?:static |readonly |get |async |\*)*(\w+)\??(?=[(:<])/gm,
    ).filter((member) => member !== 'constructor' && member !== 'private')
    const inherited = bases.flatMap((base) => (base === 'Error' ? ['cause', 'message'] : nodeMembers(base)))
    return [...new Set([...own, ...inherited])].sort()
  }
  throw new Error(`node: no ${name}`)
}

/** What a file of declarations exports, types included; also what it passes on from other files. */
function nodeExportsOf(file) {
  const text = read(`node/dist/${file}.d.ts`)
  const own = found(
    text,
    /^export (?:declare )?(?:abstract )?(?:class|const|function|interface|type) (\w+)/gm,
  )
  const listed = [...text.matchAll(/^export (?:type )?\{([^}]*)\}/gm)].flatMap((match) => match[1].split(','))
  const names = listed.map((name) => name.replace(/\btype\b/, '').trim()).filter(Boolean)
  const others = [...text.matchAll(/^export (?:type )?\* from '\.\/([\w-]+)\.js'/gm)]
  return [...own, ...names, ...others.flatMap(([, other]) => nodeExportsOf(other))]
}

/** What the package exports, types included. */
export const nodeExports = [...new Set(nodeExportsOf('index'))].sort()

// ---- Python: the sources, which are typed ----

const modules = files('python/wablock/', /^\w+\.pyi?$/)

/** The public members of a class, those of its bases included. */
function pythonMembers(name) {
  for (const text of modules) {
    const head = new RegExp(`^class ${name}\\b(?:\\(([^)]*)\\))?:\\n((?:(?: .*)?\\n)*)`, 'm').exec(text)
    if (head === null) continue
    const [, bases = '', body] = head
    // Names of the class's body, and what its methods put on `self`.
    const own = found(body, /^ {4}(?:(?:async )?(?:def )?| {4}self\.)([a-z]\w*)(?=[(:[]| =)/gm)
    const known = bases
      .split(',')
      .map((base) => base.replace(/\[.*/, '').trim())
      .filter(Boolean)
    const inherited = known.filter((base) =>
      modules.some((each) => new RegExp(`^class ${base}\\b`, 'm').test(each)),
    )
    return [...new Set([...own, ...inherited.flatMap(pythonMembers)])]
      .filter((member) => !PYTHON_WORDS.has(member))
      .sort()
  }
  throw new Error(`python: no ${name}`)
}
const PYTHON_WORDS = new Set([
  'if',
  'else',
  'try',
  'for',
  'with',
  'return',
  'async',
  'await',
  'pass',
  'class',
])

/** The parameters of a function or method. */
function pythonParameters(owner, name) {
  for (const text of modules) {
    const start = owner === null ? 0 : text.search(new RegExp(`^class ${owner}\\b`, 'm'))
    if (start < 0) continue
    const at = text.slice(start).search(new RegExp(`^ *(?:async )?def ${name}\\(`, 'm'))
    if (at < 0) continue
    const list = bracketed(
      text.replace(/#.*/g, ''),
      text.slice(0, start + at).replace(/#.*/g, '').length,
      '()',
    )
    return found(list, /(?:^|[,(\s])\s*([a-z]\w*)\s*(?=[:=])/g)
      .filter((parameter) => parameter !== 'self')
      .sort()
  }
  throw new Error(`python: no ${owner}.${name}`)
}

/** What the package exports. */
export const pythonExports = (() => {
  const text = read('python/wablock/__init__.py')
  return found(text.slice(text.indexOf('__all__')), /^ {4}"(\w+)",$/gm)
})()

// ---- Rust: the sources of the core and of the sandbox ----

const sources = [...files('crates/wablock/src/', /\.rs$/), ...files('crates/wablock-sandbox/src/', /\.rs$/)]

/** The fields of a type that a table of options makes, and the constructor of one that has required options. */
function rustTable(name) {
  for (const text of sources) {
    const start = new RegExp(`^    pub struct ${name}\\b[^;{]*;`, 'm').exec(text)?.index
    if (start === undefined) continue
    const body = text.slice(start, start + text.slice(start).indexOf('\n}'))
    const section = (name) => (body.includes(`${name} {`) ? bracketed(body, body.indexOf(`${name} {`)) : '')
    const fields = (name) => found(section(name), /^ {8}(?:pub )?(?!pub\b)(\w+)(?=:|\(|$)/gm)
    const required = fields('required')
    return [
      ...required,
      ...(required.length > 0 ? ['new'] : []),
      ...['optional', 'shared', 'others'].flatMap(fields),
    ]
  }
  return []
}

/** The public fields, variants and methods of a type. */
function rustMembers(name) {
  const members = new Set()
  let known = false
  for (const text of sources) {
    for (const head of text.matchAll(new RegExp(`^pub (struct|enum) ${name}\\b(?=[^;(]*\\{)`, 'gm'))) {
      known = true
      const body = bracketed(text, head.index)
      const pattern = head[1] === 'struct' ? /^ {4}pub (\w+):/gm : /^ {4}([A-Z]\w*)/gm
      for (const member of found(body, pattern)) members.add(member)
    }
    for (const head of text.matchAll(new RegExp(`^impl(?:<[^>]*>)? ${name}(?:<[^>]*>)? \\{`, 'gm'))) {
      known = true
      for (const member of found(bracketed(text, head.index), /^ {4}pub (?:const )?(?:async )?fn (\w+)/gm)) {
        members.add(member)
      }
    }
  }
  const table = rustTable(name)
  if (!known && table.length === 0) throw new Error(`rust: no ${name}`)
  for (const member of table) members.add(member)
  return [...members].sort()
}

/** What the crate exports. */
export const rustExports = (() => {
  const text = read('crates/wablock/src/lib.rs')
  const uses = [...text.matchAll(/^pub use ([^;]*);/gm)].map((match) => match[1])
  const profiles = files('crates/wablock/src/provider/cloud_api/profiles/', /\.rs$/).join()
  const configurations = found(profiles, /^ {4}pub struct (\w+) for/gm).join()
  return uses
    .map((use) => use.replace('profiles::*', configurations))
    .flatMap((use) => use.replace(/[\w]+::(?=[\w{])/g, '').split(/[{},\s]+/))
    .filter(Boolean)
    .sort()
})()

const MEMBERS = { python: pythonMembers, node: nodeMembers, rust: rustMembers }

/** The public members of a type; `Client.block()` stands for the parameters of a Python method. */
export function membersOf(language, type) {
  const call = /^(?:(\w+)\.)?(\w+)\(\)$/.exec(type)
  if (call !== null) return pythonParameters(call[1] ?? null, call[2])
  return MEMBERS[language](type)
}

/** The codes of errors, with the class or variant that has them. */
export const codes = {
  python: Object.fromEntries(
    [...read('python/wablock/errors.py').matchAll(/^class (\w+)\([^)]*\):\n((?:(?: .*)?\n)*)/gm)]
      .map(([, name, body]) => [/^ {4}code = "(\w+)"/m.exec(body)?.[1], name])
      .filter(([code]) => code !== undefined),
  ),
  node: Object.fromEntries(
    [
      ...read('node/dist/errors.d.ts').matchAll(
        /class (\w+) extends WablockError \{\s*readonly code: '(\w+)'/g,
      ),
    ].map(([, name, code]) => [code, name]),
  ),
  rust: Object.fromEntries(
    [...read('crates/wablock/src/model/error/kind.rs').matchAll(/^ {4}(\w+) "(\w+)" "/gm)].map(
      ([, name, code]) => [code, name],
    ),
  ),
}
