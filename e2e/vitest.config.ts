import { sharedTestConfig } from '@prebook/testing/vitest'
import { defineConfig, mergeConfig } from 'vitest/config'

export default mergeConfig(
  sharedTestConfig({ postgres: true }),
  defineConfig({
    test: {
      globalSetup: ['./src/testing/bundle-api.ts'],
    },
  }),
)
