import {
  parseSearch,
  searchRank,
  searchRanks,
  searchText,
  type SearchPosition,
  type SearchQuery,
} from '@prebook/core'
import { describe, expect, test } from 'vitest'
import type { NewBookRow } from '../database.ts'
import type { Store } from '../store.ts'
import { turnsWhile } from '../testing/event-loop-turns.ts'
import { engines } from '../testing/index.ts'
import { addUser, addWaitlist } from '../testing/rows.ts'
import { insertBook, insertBooks, moveStock, updateBook } from './books.ts'
import { correctSearch } from './correct-search.ts'
import { searchBooks, type BookSearch } from './search-books.ts'
import { openWaitlist, withdrawOpenWaitlist } from './waitlists.ts'

type NewBook = Omit<NewBookRow, 'description' | 'isbn'> & { description: string | null; isbn: string | null }

function book(title: string, fields: { author?: string; isbn?: string; stock?: number } = {}): NewBook {
  const { author = 'Anon', isbn = null, stock = 0 } = fields
  return {
    title,
    author,
    isbn,
    price_cents: 1_000,
    description: null,
    stock_quantity: stock,
    search_text: searchText({ title, author, isbn }),
    created_at: 1,
    updated_at: 1,
  }
}

async function addBooks(store: Store, books: NewBook[]): Promise<number[]> {
  return store.write(async (tx) => {
    const ids: number[] = []
    for (const row of books) ids.push((await insertBook(tx, row))?.id ?? 0)
    return ids
  })
}

function wordsOf(text: string): SearchQuery {
  const query = parseSearch(text)
  if (query === null) throw new Error(`${text} has no words.`)
  return query
}

type Options = Partial<Omit<BookSearch, 'query'>>

const anyBook = { inStock: undefined, after: null, limit: 1_000 }

async function search(store: Store, text: string, options: Options = {}) {
  return store.read((reader) => searchBooks(reader, { query: wordsOf(text), ...anyBook, ...options }))
}

async function titles(store: Store, text: string, options?: Options): Promise<string[]> {
  return (await search(store, text, options)).map((found) => found.book.title)
}

describe.each(engines)('a search on $name', (engine) => {
  test('finds books that have every word in title, author or ISBN', async () => {
    await using database = await engine.create()
    await addBooks(database.store, [
      book('Dune', { author: 'Frank Herbert', isbn: '9780441013593' }),
      book('Dune Messiah', { author: 'Frank Herbert' }),
      book('Cien años de soledad', { author: 'Gabriel García Márquez' }),
      book('100% C# & C++'),
    ])
    const searches: [string, string[]][] = [
      ['dune', ['Dune', 'Dune Messiah']],
      ['DUNE mess', ['Dune Messiah']],
      ['messiah dune', ['Dune Messiah']],
      ['ANOS', ['Cien años de soledad']],
      ['marquez años', ['Cien años de soledad']],
      ['frank herbert', ['Dune Messiah', 'Dune']],
      ['herbert 9780441013593', ['Dune']],
      ['978044101', ['Dune']],
      ['100%', ['100% C# & C++']],
      ['c#', ['100% C# & C++']],
      ['&', ['100% C# & C++']],
      ['dune marquez', []],
      ['mess dune', []],
      ['une', []],
      ['%', []],
    ]
    for (const [query, found] of searches) expect(await titles(database.store, query), query).toEqual(found)
  })

  test('ranks the title, titles that begin so, the author and the rest, and first what is in stock or waited for', async () => {
    await using database = await engine.create()
    const { store } = database
    const ids = await addBooks(store, [
      book('The Wells of Dune'),
      book('Dune Dairies', { author: 'Wells' }),
      book('Wells, The', { author: 'A' }),
      book('The Wells', { author: 'B', stock: 1 }),
      book('Wells of Ys'),
      book('Wellsmith', { stock: 2 }),
      book('Emma', { author: 'H. G. Wells' }),
      book('Time', { author: 'H. G. Wells' }),
      book('Zoo', { author: 'H. G. Wells' }),
      book('On Wells'),
    ])
    await store.write((tx) => openWaitlist(tx, ids[6] ?? 0, 1))
    const expected = [
      'The Wells',
      'Wells, The',
      'Wellsmith',
      'The Wells of Dune',
      'Wells of Ys',
      'Emma',
      'Zoo',
      'Time',
      'Dune Dairies',
      'On Wells',
    ]
    expect(await titles(store, 'the wells')).toEqual(expected)
    expect(await titles(store, 'wells', { mostHits: 0 })).toEqual(expected)
    expect(await titles(store, 'wells', { inStock: true })).toEqual(['The Wells', 'Wellsmith'])
    expect(await titles(store, 'wells', { inStock: false })).toEqual(
      expected.filter((title) => title !== 'The Wells' && title !== 'Wellsmith'),
    )
  })

  test('finds a book by its words of after a change, however it was added, and by no others', async () => {
    await using database = await engine.create()
    const { store } = database
    const [single] = await addBooks(store, [book('Dnue', { stock: 1 })])
    const [many] = await store.write((tx) => insertBooks(tx, [book('Mesiah'), book('Other')]))
    await addBooks(store, [book('On Dnue and Mesiah')])
    for (const [id, title] of [
      [single, 'Dune'],
      [many?.id, 'Messiah'],
    ] as const) {
      const { stock_quantity: _, created_at: __, ...fields } = book(title)
      await store.write((tx) => updateBook(tx, id ?? 0, fields))
      await store.write((tx) => updateBook(tx, id ?? 0, { ...fields, price_cents: 7 }))
    }
    for (const mostHits of [0, 100]) {
      expect(await titles(store, 'dnue', { mostHits })).toEqual(['On Dnue and Mesiah'])
      expect(await titles(store, 'mesiah', { mostHits })).toEqual(['On Dnue and Mesiah'])
      expect(await titles(store, 'dune', { mostHits })).toEqual(['Dune'])
      expect(await titles(store, 'messiah', { mostHits })).toEqual(['Messiah'])
    }
  })

  test('of a write that was rolled back finds nothing', async () => {
    await using database = await engine.create()
    const { store } = database
    const failing = store.write(async (tx) => {
      await insertBook(tx, book('Dune', { stock: 1 }))
      throw new Error('rolled back')
    })
    await expect(failing).rejects.toThrow('rolled back')
    expect(await titles(store, 'dune')).toEqual([])
    expect(await store.read((reader) => correctSearch(reader, wordsOf('dnue')))).toBeNull()
  })

  test.each(['㌖', '日', "'", '\\', '"a', ':*&|!() '])('of 200 times %s is answered', async (text) => {
    await using database = await engine.create()
    const { store } = database
    await addBooks(store, [book('Dune')])
    // Folding makes six letters of the first: 3,600 bytes.
    const query = wordsOf(`${text.repeat(200)}x`)
    const found = await store.read((reader) => searchBooks(reader, { query, ...anyBook }))
    expect(found).toEqual([])
    expect(await store.read((reader) => correctSearch(reader, query))).toBeNull()
  })

  test('is corrected to words of books that were added, imported or changed', async () => {
    await using database = await engine.create()
    const { store } = database
    const [, id = 0] = await addBooks(store, [book('Dune', { isbn: '9780441013593' }), book('Old')])
    await store.write((tx) => insertBooks(tx, [book('Emma', { author: 'Jane Austen' })]))
    await store.write((tx) => updateBook(tx, id, book('Messiah')))
    const correct = (text: string) => store.read((reader) => correctSearch(reader, wordsOf(text)))
    expect(await correct('dnue')).toBe('dune')
    expect(await correct('emma autsen')).toBe('emma austen')
    expect(await correct('mesiah')).toBe('messiah')
    expect(await correct('9780441013594')).toBeNull()
  })

  test('reads a large catalogue in steps and yields after each', async () => {
    await using database = await engine.create()
    const { store } = database
    await store.write((tx) =>
      insertBooks(
        tx,
        Array.from({ length: 3_000 }, (_, index) =>
          book(`Book ${index}`, { author: index === 7 ? 'Rare One' : 'Common' }),
        ),
      ),
    )
    const { turns, result } = await turnsWhile(() => titles(store, 'common', { mostHits: 0, limit: 5_000 }))
    expect(result).toHaveLength(2_999)
    expect(turns).toBeGreaterThan(3)
    const hits = await turnsWhile(() => titles(store, 'common', { limit: 5_000 }))
    expect(hits.result).toEqual(result)
    expect(hits.turns).toBeGreaterThan(3)
    expect(await titles(store, 'rare', { mostHits: 0 })).toEqual(['Book 7'])
    expect(await titles(store, 'common', { limit: 3 })).toEqual(['Book 2999', 'Book 2998', 'Book 2997'])
  })
})

describe.each(engines)('books that are wanted on $name', (engine) => {
  const wanted = (store: Store) =>
    store.read(async (reader) => {
      const rows = await reader.selectFrom('wanted_books').selectAll().orderBy('book_id').execute()
      return rows.map((row) => row.book_id)
    })

  test('are those in stock and those with an open waitlist', async () => {
    await using database = await engine.create()
    const { store } = database
    const [inStock = 0, soldOut = 0] = await addBooks(store, [
      book('In stock', { stock: 3 }),
      book('Sold out'),
    ])
    const [imported] = await store.write((tx) =>
      insertBooks(tx, [book('Imported', { stock: 1 }), book('None')]),
    )
    const move = (bookId: number, before: number, after: number) =>
      store.write((tx) => moveStock(tx, { bookId, before, after, now: 1 }))
    expect(await wanted(store)).toEqual([inStock, imported?.id])
    await move(inStock, 3, 1)
    await move(imported?.id ?? 0, 1, 0)
    expect(await wanted(store)).toEqual([inStock])
    await move(inStock, 1, 0)
    expect(await wanted(store)).toEqual([])
    await store.write((tx) => openWaitlist(tx, soldOut, 1))
    await store.write((tx) => openWaitlist(tx, soldOut, 1))
    expect(await wanted(store)).toEqual([soldOut])
    await store.write((tx) => withdrawOpenWaitlist(tx, { bookId: soldOut, now: 1, note: null }))
    expect(await wanted(store)).toEqual([])
    await move(soldOut, 0, 5)
    await move(inStock, 0, 5)
    expect(await wanted(store)).toEqual([inStock, soldOut])
  })

  test('do not include those with a closed waitlist', async () => {
    await using database = await engine.create()
    const { store } = database
    const [id = 0] = await addBooks(store, [book('Sold out')])
    await store.write(async (tx) => {
      const actor_id = await addUser(tx, { role: 'admin' })
      const movement = { book_id: id, delta: 1, quantity_after: 1, actor_id, created_at: 1 }
      const { id: closed_by } = await tx
        .insertInto('stock_movements')
        .values(movement)
        .returning('id')
        .executeTakeFirstOrThrow()
      await addWaitlist(tx, { book_id: id, notified_at: 1, closed_by })
    })
    expect(await wanted(store)).toEqual([])
  })
})

/** Words of few letters, so that titles share words and beginnings of words. */
const WORDS = ['a', 'the', 'ab', 'abc', 'abd', 'b', 'ba', 'bab', 'ça', 'ü', 'a-b', "b'a", 'a.b', '12']

/** Pseudo-random choices that are the same in every run. */
function chooser(seed: number) {
  let state = seed
  return <Item>(items: readonly Item[]): Item => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    const item = items[(state >>> 16) % items.length]
    if (item === undefined) throw new Error('There is nothing to choose.')
    return item
  }
}

describe.each(engines)('the results of a search on $name', (engine) => {
  test('are those of the rules of core, in the same order, on every page, whichever way they are read', async () => {
    await using database = await engine.create()
    const { store } = database
    const choose = chooser(7)
    const phrase = () => Array.from({ length: choose([1, 2, 3]) }, () => choose(WORDS)).join(' ')
    const rows = Array.from({ length: 400 }, () => ({
      row: book(phrase(), { author: phrase(), stock: choose([0, 0, 2]) }),
      isWaitedFor: choose([false, false, true]),
    }))
    const ids = await addBooks(
      store,
      rows.map(({ row }) => row),
    )
    const books = rows.map(({ row, isWaitedFor }, index) => ({
      id: ids[index] ?? 0,
      text: row.search_text,
      isWanted: row.stock_quantity > 0 || isWaitedFor,
      isOpen: row.stock_quantity === 0 && isWaitedFor,
    }))
    await store.write(async (tx) => {
      for (const { id, isOpen } of books) if (isOpen) await openWaitlist(tx, id, 1)
    })
    const expected = (text: string) => {
      const query = wordsOf(text)
      const found = books.flatMap((it) => {
        const rank = searchRank(it.text, query)
        return rank === null ? [] : [{ ...it, rank }]
      })
      return found
        .toSorted(
          (a, b) =>
            searchRanks.indexOf(a.rank) - searchRanks.indexOf(b.rank) ||
            Number(b.isWanted) - Number(a.isWanted) ||
            (a.rank === 'title' || a.rank === 'titleStart'
              ? Buffer.compare(Buffer.from(a.text), Buffer.from(b.text)) || a.id - b.id
              : b.id - a.id),
        )
        .map(({ id }) => id)
    }
    let results = 0
    for (let run = 0; run < 60; run += 1) {
      const [text, limit, mostHits] = [phrase(), choose([3, 20, 50]), choose([0, 10, 3_000])]
      const pages: number[] = []
      let after: SearchPosition | null = null
      for (let more = true; more;) {
        const page = await search(store, text, { after, limit, mostHits })
        pages.push(...page.map(({ id }) => id))
        after = page.at(-1) ?? null
        more = page.length === limit
      }
      expect(pages, `${text} in pages of ${limit}, ${mostHits} hits at most`).toEqual(expected(text))
      results += pages.length
    }
    expect(results).toBeGreaterThan(500)
  })
})
