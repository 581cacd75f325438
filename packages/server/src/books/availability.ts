import type { BookAvailabilities, BookAvailabilityInput } from '@prebook/core'
import type { RequestContext } from '../context.ts'

export async function availability(
  { services }: RequestContext,
  input: BookAvailabilityInput,
): Promise<BookAvailabilities> {
  throw new Error(`Not yet: ${services.now()} ${input.isbn.length}`)
}
