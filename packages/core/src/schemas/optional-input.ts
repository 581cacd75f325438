import { z } from 'zod'

/** The input of a procedure whose fields are all optional, which can be called without one. */
export function optionalInput<Output, Input>(
  schema: z.ZodType<Output, Input>,
): z.ZodType<Output, Input | undefined> {
  return z.prefault(schema, {} as never)
}

/**
 * The input of a list. Infinite queries of `@trpc/tanstack-react-query` and `@trpc/react-query` add a `direction`. It is
 * accepted, since each call would be refused otherwise, and ignored, since lists are read in one direction. It is no field of
 * the input, so the typed client does not offer it.
 */
export function listInput<Output, Input>(schema: z.ZodType<Output, Input>): z.ZodType<Output, Input> {
  return z.preprocess(withoutDirection, schema) as z.ZodType<Output, Input>
}

function withoutDirection(input: unknown): unknown {
  if (typeof input !== 'object' || input === null || !('direction' in input)) return input
  const { direction, ...fields } = input
  return direction === 'forward' || direction === 'backward' ? fields : input
}
