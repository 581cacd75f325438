import { appRouter } from '@prebook/server'
import { expect, test } from 'vitest'
import { streamed, waitCalls } from './wait-calls.ts'

type Procedure = { _def: { type: string } }

test('every procedure of the API is called while others wait, or is a stream and measured as such', () => {
  const person = { id: 1, token: 'token' }
  const some = { first: 1, last: 100 }
  const collector = { ...person, prebooks: some, inTheCrowd: 1, alone: 2 }
  const calls = waitCalls(
    { readers: Array.from({ length: 20 }, () => person), admin: person, books: some },
    { crowded: some, deserted: 1, collector, crowd: some },
  )
  const called = new Set(calls.map(({ name }) => String(name.split(',')[0])))
  // oxlint-disable-next-line no-underscore-dangle -- where tRPC keeps them
  const procedures = Object.entries(appRouter._def.procedures as unknown as Record<string, Procedure>)
  const named = (streams: boolean) =>
    procedures
      .filter(([, { _def: facts }]) => (facts.type === 'subscription') === streams)
      .map(([name]) => name)
  expect(called).toEqual(new Set(named(false)))
  expect(new Set(streamed)).toEqual(new Set(named(true)))
})
