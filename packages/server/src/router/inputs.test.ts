import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { appRouter } from './app-router.ts'

/** The input schema of each procedure that takes one. */
const inputs = Object.entries(
  // oxlint-disable-next-line no-underscore-dangle -- tRPC has no other list of a router's procedures
  appRouter._def.procedures as never as Record<string, { _def: { inputs: z.ZodType[] } }>,
  // oxlint-disable-next-line no-underscore-dangle -- nor another way to their schemas
).flatMap(([path, { _def: definition }]) => definition.inputs.map((schema) => ({ path, schema })))

const fieldsOf = (schema: z.ZodType) =>
  Object.keys(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }).properties ?? {})

describe('a procedure whose fields are all optional', () => {
  const optional = inputs.filter(({ schema }) => schema.safeParse({}).success)

  test.each(optional)('can be called without an input: $path', ({ schema }) => {
    expect(schema.parse(undefined)).toEqual(schema.parse({}))
  })

  test('is any list of everything', () => {
    expect(optional.map(({ path }) => path)).toEqual(
      expect.arrayContaining(['books.list', 'prebooks.list', 'audit.list', 'demand.top', 'prebooks.watch']),
    )
  })

  test.each(inputs.filter(({ schema }) => !schema.safeParse({}).success))(
    'is not $path, which cannot be called without an input',
    ({ schema }) => {
      expect(schema.safeParse(undefined).success).toBe(false)
    },
  )
})

describe('a list', () => {
  const lists = inputs.filter(
    ({ schema }) => fieldsOf(schema).includes('limit') && fieldsOf(schema).includes('cursor'),
  )
  const minimum = { 'stock.history': { bookId: 1 }, 'demand.waitlist': { bookId: 1 } }
  const least = (path: string) => (path in minimum ? minimum[path as keyof typeof minimum] : {})

  test.each(lists)(
    'accepts and ignores the direction that infinite queries add: $path',
    ({ path, schema }) => {
      const input = least(path)
      for (const direction of ['forward', 'backward'])
        expect(schema.parse({ ...input, direction })).toEqual(schema.parse(input))
      expect(fieldsOf(schema)).not.toContain('direction')
    },
  )

  test.each(lists)('refuses any other direction: $path', ({ path, schema }) => {
    for (const direction of ['sideways', '', null, 1])
      expect(schema.safeParse({ ...least(path), direction }).success).toBe(false)
  })

  test('is each of ten procedures', () => {
    expect(lists.map(({ path }) => path).toSorted()).toEqual([
      'audit.list',
      'books.list',
      'books.overdue',
      'deliveries.list',
      'demand.orderList',
      'demand.waitlist',
      'prebooks.list',
      'stock.history',
      'tokens.list',
      'users.list',
    ])
  })
})
