import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { correctableWords, correctSearch, wordsMeantBy } from './search-corrections.ts'
import { parseSearch, searchRank } from './search-query.ts'
import { searchText } from './search-text.ts'

describe('wordsMeantBy', () => {
  test.each([
    ['a wrong letter', 'gerden'],
    ['a letter left out', 'gaden'],
    ['two swapped letters', 'gadren'],
    ['a doubled letter', 'gardden'],
    ['a wrong first letter', 'harden'],
    ['a missing last letter', 'garde'],
  ])('has the word that was typed with %s', (_, typed) => {
    expect(wordsMeantBy(typed)).toContain('garden')
  })

  test('has letters of the script of the word', () => {
    expect(wordsMeantBy('вйна')).toContain('война')
    expect(wordsMeantBy('λγος')).toContain('λογος')
  })

  test('has longer words for a word of two letters, and never the empty one', () => {
    expect(wordsMeantBy('te')).toContain('the')
    expect(wordsMeantBy('f')).toContain('of')
    expect(wordsMeantBy('f')).not.toContain('')
  })

  test.each(['9780441013593', 'x'.repeat(25)])('is empty for %j', (typed) => {
    expect(wordsMeantBy(typed)).toEqual([])
  })

  test('has each word once, and not the one that was typed', () => {
    const word = fc.string({ unit: fc.constantFrom('a', 'b', '1'), minLength: 3, maxLength: 8 })
    fc.assert(
      fc.property(word, (typed) => {
        const meant = wordsMeantBy(typed)
        expect(new Set(meant).size).toBe(meant.length)
        expect(meant).not.toContain(typed)
      }),
    )
  })
})

test('correctableWords has the words of titles and authors once, without marks and ISBNs', () => {
  const texts = [
    searchText({ title: 'The Spider-Man 1984', author: 'Stan Lee', isbn: '9780441013593' }),
    searchText({ title: 'Lee', author: '', isbn: null }),
  ]
  expect(correctableWords(texts)).toEqual(['1984', 'lee', 'man', 'spider', 'spiderman', 'stan', 'the'])
})

/** Corrects a search of books with these titles. */
async function correct(text: string, titles: string[]): Promise<string | null> {
  const texts = titles.map((title) => searchText({ title, author: 'A', isbn: null }))
  const known = new Set(correctableWords(texts))
  const query = parseSearch(text)
  if (query === null) return null
  return correctSearch(query, {
    find: async (search, limit) => texts.filter((it) => searchRank(it, search) !== null).slice(0, limit),
    knownWords: async (words) => words.filter((word) => known.has(word)),
  })
}

describe('correctSearch', () => {
  test('chooses what most of the books have', async () => {
    expect(await correct('dnue', ['Dnub', 'Dune', 'The Dune'])).toBe('dune')
  })

  test('chooses the first in alphabetical order among equals', async () => {
    expect(await correct('dnue', ['Dune', 'Dnub'])).toBe('dnub')
  })

  test('corrects every word that no book has, and keeps the others', async () => {
    expect(await correct('dnue of mesiah', ['Dune', 'Messiah of Dune'])).toBe('dune of messiah')
  })

  test('corrects one of the words if each is known but no book has all', async () => {
    expect(await correct('dine messiah', ['Dune Messiah', 'Dine'])).toBe('dune messiah')
  })

  test.each([['dnue mesiah'], ['xxxx'], ['du'], ['9780441013594']])('does not correct %j', async (text) => {
    expect(await correct(text, ['Dune', 'Messiah', '9780441013593'])).toBeNull()
  })
})
