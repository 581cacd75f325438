import { sharedTestConfig } from '@prebook/testing/vitest'
import { defineConfig, mergeConfig } from 'vitest/config'

export default mergeConfig(
  sharedTestConfig(),
  defineConfig({
    test: {
      globalSetup: ['./src/testing/build-page.ts'],
      // Two browsers and two services share two cores.
      testTimeout: 120_000,
      expect: { poll: { timeout: 20_000 } },
    },
  }),
)
