import { TEST_MS, WAIT_MS } from './bounds.ts'
import { fileURLToPath } from 'node:url'
import { compileCache } from './spawn-node.ts'
import { defineConfig, type ViteUserConfig } from 'vitest/config'

/**
 * The Vitest configuration of every package: timeouts, at most two workers, and a JSON report, which
 * `scripts/test-summary.ts` adds up to the last line of a run.
 *
 * @param options.postgres whether the tests run on each engine and need a PostgreSQL server
 * @param options.bundledApi whether `spawnApi` starts a bundle of the API, for packages that often start it
 */
export function sharedTestConfig(options: { postgres?: boolean; bundledApi?: boolean } = {}): ViteUserConfig {
  // Inherited by Vitest's workers, which load the dependencies of the tests.
  process.env['NODE_COMPILE_CACHE'] ??= compileCache
  return defineConfig({
    test: {
      include: ['src/**/*.test.ts'],
      testTimeout: TEST_MS,
      hookTimeout: TEST_MS,
      expect: { poll: { timeout: WAIT_MS, interval: 20 } },
      maxWorkers: 2,
      globalSetup: [
        ...(options.postgres === true ? [path('./postgres/postgres-setup.ts')] : []),
        ...(options.bundledApi === true ? [path('./bundle-api.ts')] : []),
      ],
      setupFiles: options.postgres === true ? [path('./postgres/skip-postgres.ts')] : [],
      reporters: ['default', ['json', { outputFile: 'reports/vitest.json' }]],
    },
  })
}

function path(module: string): string {
  return fileURLToPath(import.meta.resolve(module))
}
