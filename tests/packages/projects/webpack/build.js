// As a Next-like server build does it: everything is bundled but the packages that are named as external.
const webpack = require('webpack')

webpack(
  {
    mode: 'production',
    target: 'node20',
    entry: './src.mjs',
    context: __dirname,
    experiments: { outputModule: true },
    output: { path: `${__dirname}/out`, filename: 'bundle.mjs', module: true, chunkFormat: 'module' },
    externalsType: 'module',
    externals: { wablock: 'wablock', 'wablock/testing': 'wablock/testing' },
  },
  (problem, stats) => {
    if (problem) throw problem
    console.log(stats.toString('errors-warnings'))
    process.exitCode = stats.hasErrors() ? 1 : 0
  },
)
