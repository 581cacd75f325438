import { sharedTestConfig } from '@prebook/test-config'

export default sharedTestConfig()
