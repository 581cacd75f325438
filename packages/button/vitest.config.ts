import { sharedTestConfig } from '@prebook/testing/vitest'

export default sharedTestConfig()
