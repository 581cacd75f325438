import { sharedTestConfig } from './src/vitest-config.ts'

export default sharedTestConfig()
