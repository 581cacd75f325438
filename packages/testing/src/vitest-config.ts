import { TEST_MS, WAIT_MS } from './bounds.ts'
import { fileURLToPath } from 'node:url'
import { defineConfig, type ViteUserConfig } from 'vitest/config'

/**
 * What every package's tests share: bounded waits, few workers (machines have two cores and other work to do), and a
 * report that `scripts/test-summary.ts` adds up to the one closing line of a run.
 *
 * @param options.postgres whether the tests loop over engines and want a PostgreSQL server
 */
export function sharedTestConfig(options: { postgres?: boolean } = {}): ViteUserConfig {
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
