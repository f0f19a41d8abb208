// `*.test.js` are node:test's.
export default { test: { include: ['test/*.vitest.ts'] } }
