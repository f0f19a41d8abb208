import { join } from 'node:path'

// The tools of these tests are in a folder above this one.
const root = join(import.meta.dirname, '../../..')

export default {
  output: 'standalone',
  serverExternalPackages: ['wablock'],
  outputFileTracingRoot: root,
  turbopack: { root },
}
