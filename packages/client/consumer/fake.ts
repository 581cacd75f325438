/* A test of an application that uses the fake of the package, without a test runner. It prints its results as JSON. */
import { explainError } from '@prebook/client'
import { createFakePrebook, prebookHandlers, type FakePrebook } from '@prebook/client/testing'

declare const console: { log(line: string): void }

const fake: FakePrebook = createFakePrebook({
  books: [{ title: 'Dune' }],
  users: [{ email: 'ada@example.org' }],
})
const ada = fake.signIn('ada@example.org')
const { status } = await ada.prebooks.create.mutate({ bookId: 1 })
const { broadcast } = await fake.staff.stock.set.mutate({ bookId: 1, quantity: 1 })
const refusal = await ada.prebooks.create.mutate({ bookId: 1 }).catch(explainError)
const handlers: string[] = prebookHandlers(fake, { http: { all: (path) => path } })
console.log(
  JSON.stringify({
    status,
    notified: broadcast?.notified,
    reason: 'reason' in refusal ? refusal.reason : null,
    mails: fake.mails.map(({ kind, to }) => [kind, to]),
    handlers,
  }),
)
