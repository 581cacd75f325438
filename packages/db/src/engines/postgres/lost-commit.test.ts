import { expect, test } from 'vitest'
import { openStore } from '../../open-store.ts'
import { engines } from '../../testing/index.ts'
import { startRelay } from '../../testing/relay.ts'
import { addBook } from '../../testing/rows.ts'

const engine = engines.find(({ name }) => name === 'postgres')
if (engine === undefined) throw new Error('There is no engine postgres.')

test.each([
  ['of its own', false],
  ['with others', true],
])(
  'a commit %s whose answer is lost is not reported as a change that was not made, on postgres',
  async (_, shared) => {
    await using database = await engine.create()
    let losing = false
    await using relay = await startRelay(database.url, (answer) => losing && answer.includes('COMMIT'))
    const store = await openStore(relay.url)
    const bookId = await store.write((tx) => addBook(tx, { title: 'Before' }))
    losing = true
    const add = async () =>
      shared
        ? store.writeOnBook(bookId, 'shared', (tx) => addBook(tx, { title: 'In doubt' }))
        : store.write((tx) => addBook(tx, { title: 'In doubt' }))
    const outcomes = await Promise.allSettled(shared ? [add(), add()] : [add()])
    losing = false
    for (const outcome of outcomes)
      expect(outcome).toMatchObject({ status: 'rejected', reason: { reason: 'INTERNAL_ERROR' } })
    await store.close()
    const books = await database.store.read((reader) => reader.selectFrom('books').select('id').execute())
    expect(books).toHaveLength(1 + outcomes.length)
  },
)
