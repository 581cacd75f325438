import { TEST_MS, WAIT_MS } from './bounds.ts'
import { fileURLToPath } from 'node:url'
import { compileCache } from './spawn-node.ts'
import { defineConfig, type ViteUserConfig } from 'vitest/config'

/**
 * The Vitest configuration of every package: timeouts, at most two workers, and a JSON report, which
 * `scripts/test-summary.ts` adds up to the last line of a run.
 *
 * @param options.postgres whether the tests run on each engine and need a PostgreSQL server
 */
export function sharedTestConfig(options: { postgres?: boolean } = {}): ViteUserConfig {
  // Inherited by Vitest's workers, which load the dependencies of the tests.
  process.env['NODE_COMPILE_CACHE'] ??= compileCache
  return defineConfig({
    test: {
      include: ['src/**/*.test.ts'],
      testTimeout: TEST_MS,
      hookTimeout: TEST_MS,
      expect: { poll: { timeout: WAIT_MS, interval: 20 } },
      maxWorkers: 2,
      ...(options.postgres === true && {
        globalSetup: [fileURLToPath(import.meta.resolve('./postgres/postgres-setup.ts'))],
        setupFiles: [fileURLToPath(import.meta.resolve('./postgres/skip-postgres.ts'))],
      }),
      reporters: ['default', ['json', { outputFile: 'reports/vitest.json' }]],
    },
  })
}
