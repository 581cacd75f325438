import { spawnApi } from '@prebook/testing/api'
import { seededRandom, typingErrors } from '@prebook/testing/typing-errors'
import { expect, it } from 'vitest'
import { catalogue } from './catalogue.ts'
import { fillCatalogue } from './fill-catalogue.ts'
import { adminAccount, signIn } from './people.ts'
import { demoEnvironment } from './start-on-usual-port.ts'

/** How often each title is typed with an error of each kind. */
const TIMES = 3

it('finds a title that was typed with an error among the first five, and without an error first', async () => {
  await using api = await spawnApi({ env: demoEnvironment })
  await api.createAdmin(adminAccount.email, adminAccount.password)
  const { client } = await signIn(api.url, adminAccount)
  await fillCatalogue(client)
  const titlesFor = async (query: string) =>
    (await client.books.list.query({ query, limit: 5 })).items.map(({ title }) => title)
  for (const { title } of catalogue) expect((await titlesFor(title))[0]).toBe(title)
  const random = seededRandom(1)
  for (const { kind, make } of typingErrors) {
    const missed: string[] = []
    for (const { title } of catalogue) {
      const queries = Array.from({ length: TIMES }, () => make(title, random))
      const found = await Promise.all(queries.map(titlesFor))
      missed.push(...queries.filter((_, index) => found[index]?.includes(title) !== true))
    }
    const typed = catalogue.length * TIMES
    expect(1 - missed.length / typed, `${kind}: ${missed.join(', ')}`).toBeGreaterThanOrEqual(0.9)
  }
})
