import type { PrebookRequestInput } from '@prebook/core'
import type { RequestContext } from '../context.ts'

export async function requestPrebook(
  { services }: RequestContext,
  input: PrebookRequestInput,
): Promise<{ ok: true }> {
  throw new Error(`Not yet: ${services.now()} ${input.email}`)
}
