// As deployers do it: only the files that nft finds are copied to where the program runs.
import { cp, mkdir, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { nodeFileTrace } from '@vercel/nft'

const { fileList, warnings } = await nodeFileTrace(['index.js'])
console.log('%d files', fileList.size, ...warnings)
await rm('out', { recursive: true, force: true })
for (const file of [...fileList, 'package.json']) {
  await mkdir(dirname(`out/${file}`), { recursive: true })
  await cp(file, `out/${file}`)
}
// Nothing else may be found from there.
await rm('node_modules', { recursive: true })
