export { createClient, type ClientOptions, type PrebookClient } from './create-client.ts'
export { isPrebookError, type PrebookClientError } from './errors.ts'
export type { Reason } from '@prebook/core'
export type { RouterInputs, RouterOutputs } from './router-types.ts'
