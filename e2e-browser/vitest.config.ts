import { sharedTestConfig } from '@prebook/test-config'
import { defineConfig, mergeConfig } from 'vitest/config'

// One browser at a time: it has two cores to share with the API.
export default mergeConfig(
  sharedTestConfig(),
  defineConfig({
    test: { globalSetup: ['./src/build-page.ts'], fileParallelism: false, testTimeout: 60_000 },
  }),
)
