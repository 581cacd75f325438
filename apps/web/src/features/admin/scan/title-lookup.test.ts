import { createFakePrebook } from '@prebook/client/testing'
import { describe, expect, test } from 'vitest'
import { isbnOf } from '@prebook/testing/isbn'
import { createTitleLookup, type Title } from './title-lookup.ts'

const isbns = Array.from({ length: 60 }, (_, number) => isbnOf(number))
const books = isbns.map((isbn, number) => ({ title: `Book ${number}`, isbn }))

describe('looking up titles', () => {
  test('shares requests between fast beeps, and finds each title once', async () => {
    const fake = createFakePrebook({ books })
    let requests = 0
    const client = fake.createClient({ onRequest: () => void (requests += 1) })
    const heard: string[] = []
    const lookup = createTitleLookup(client, (found) => heard.push(...found.keys()))
    for (const isbn of [...isbns, ...isbns]) lookup.ask([isbn])
    await expect.poll(() => lookup.titles.get().found.size).toBe(60)
    expect(heard).toEqual(isbns)
    expect(fake.calls).toHaveLength(60)
    // The first beep alone, then fifty and nine, ten in a request.
    expect(requests).toBe(7)
    expect(lookup.titles.get().found.get(isbnOf(7))).toMatchObject({ title: 'Book 7' })
  })

  test('names an ISBN without a book, and finds it when it has been added', async () => {
    const fake = createFakePrebook()
    const lookup = createTitleLookup(fake.reader)
    const titleOf = (): Title | undefined => lookup.titles.get().found.get(isbnOf(1))
    lookup.ask([isbnOf(1)])
    await expect.poll(titleOf).toBe('unknown')
    await fake.admin.books.create.mutate({ title: 'New', author: 'X', priceCents: 100, isbn: isbnOf(1) })
    lookup.ask([isbnOf(1)])
    lookup.askAgain()
    await expect.poll(titleOf).toMatchObject({ title: 'New' })
  })

  test('continues without a further scan when the shop did not answer', async () => {
    const fake = createFakePrebook({ books })
    const client = fake.createClient({ retries: 0 })
    fake.failNext({ procedure: 'books.get', reason: 'unreachable' })
    const lookup = createTitleLookup(client, undefined, 50)
    lookup.ask([isbnOf(3)])
    await expect.poll(() => lookup.titles.get().isUnreachable).toBe(true)
    await expect.poll(() => lookup.titles.get().found.get(isbnOf(3))).toMatchObject({ title: 'Book 3' })
    expect(lookup.titles.get().isUnreachable).toBe(false)
  })
})
