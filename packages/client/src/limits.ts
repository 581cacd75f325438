export { limits } from '@prebook/core/limits'
