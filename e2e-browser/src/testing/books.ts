import type { PrebookClient, RouterInputs, RouterOutputs } from '@prebook/client'

type NewBook = RouterInputs['books']['create']

const shelf: NewBook[] = [
  { title: 'Dune', author: 'Frank Herbert', priceCents: 1299, isbn: '9780441013593', stockQuantity: 0 },
  { title: '1984', author: 'George Orwell', priceCents: 899, stockQuantity: 12 },
  {
    title: 'Pippi Longstocking',
    author: 'Astrid Lindgren',
    priceCents: 999,
    stockQuantity: 0,
    description: 'The strongest girl in the world moves into Villa Villekulla, with a horse and a monkey.',
  },
  { title: 'The Left Hand of Darkness', author: 'Ursula K. Le Guin', priceCents: 1150, stockQuantity: 2 },
  {
    title: 'One Hundred Years of Solitude',
    author: 'Gabriel García Márquez',
    priceCents: 1499,
    stockQuantity: 5,
  },
]

/** Fills the shop with a few named books, plus `more` that only fill pages. */
export async function fillShelves(
  admin: PrebookClient,
  more = 0,
): Promise<Map<string, RouterOutputs['books']['create']>> {
  const others = Array.from({ length: more }, (_, number) => ({
    title: `Volume ${String(number + 1).padStart(2, '0')}`,
    author: 'Various Authors',
    priceCents: 500 + number,
    stockQuantity: number % 4,
  }))
  const books = await Promise.all([...shelf, ...others].map((book) => admin.books.create.mutate(book)))
  return new Map(books.map((book) => [book.title, book]))
}
