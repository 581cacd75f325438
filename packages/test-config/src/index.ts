import { defineConfig, type ViteUserConfig } from 'vitest/config'

/**
 * What every package's tests share: bounded waits, few workers (machines have two cores and other work to do), and a
 * report that `scripts/test-summary.ts` adds up to the one closing line of a run.
 */
export function sharedTestConfig(): ViteUserConfig {
  return defineConfig({
    test: {
      include: ['src/**/*.test.ts'],
      testTimeout: 30_000,
      hookTimeout: 60_000,
      maxWorkers: 2,
      reporters: ['default', ['json', { outputFile: 'reports/vitest.json' }]],
    },
  })
}
