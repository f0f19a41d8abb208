// Compiles with each way of resolving modules, without skipping the library's declarations, and runs what came out.
import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'

for (const [module, moduleResolution] of [
  ['node16', 'node16'],
  ['nodenext', 'nodenext'],
  ['esnext', 'bundler'],
]) {
  for (const lib of [['es2022'], ['es2022', 'esnext.disposable', 'dom']]) {
    const compilerOptions = {
      strict: true,
      exactOptionalPropertyTypes: true,
      noUncheckedIndexedAccess: true,
      target: 'es2022',
      lib,
      module,
      moduleResolution,
      outDir: 'out',
      types: ['node'],
      skipLibCheck: false,
    }
    // A .cts file cannot be written with `module: esnext`.
    const files = module === 'esnext' ? ['index.mts'] : ['index.mts', 'index.cts']
    writeFileSync('tsconfig.json', JSON.stringify({ compilerOptions, files }))
    execFileSync('tsc', ['-p', 'tsconfig.json'], { stdio: 'inherit' })
    for (const file of files) {
      execFileSync(process.execPath, [`out/${file.replace('ts', 'js')}`], { stdio: 'inherit' })
    }
    console.log('types: %s, %s', moduleResolution, lib.join(' '))
  }
}
