import { sharedTestConfig } from './src/index.ts'

export default sharedTestConfig()
