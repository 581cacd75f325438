import { sharedTestConfig } from '@prebook/testing/vitest'
import { defineConfig, mergeConfig } from 'vitest/config'

export default mergeConfig(
  sharedTestConfig({ bundledApi: true }),
  defineConfig({
    test: {
      globalSetup: ['./src/testing/build-page.ts'],
      setupFiles: ['./src/testing/shared-browser.ts'],
    },
  }),
)
