import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { searchText, searchWords } from './search-text.ts'

const titled = (title: string) => searchText({ title, author: '', isbn: null })

/** Whether a search finds a book with this title. */
function finds(query: string, title: string): boolean {
  const text = titled(title)
  return searchWords(query).every((word) => text.includes(word))
}

describe('searchText', () => {
  test('contains the folded title, author and ISBN, in this order', () => {
    const book = { title: ' Crónica de una  muerte', author: 'García Márquez', isbn: '9780307387387' }
    expect(searchText(book)).toBe('cronica de una muerte garcia marquez 9780307387387')
  })

  test('ends with the author if the book has no ISBN', () => {
    expect(searchText({ title: 'Dune', author: 'Frank Herbert', isbn: null })).toBe('dune frank herbert')
  })

  test('ends with the words that have a second spelling', () => {
    const book = { title: 'Die Häuser am Fluß', author: 'Jørgen Müller', isbn: '9780307387387' }
    expect(searchText(book)).toBe('die hauser am fluss jorgen muller 9780307387387 haeuser joergen mueller')
  })

  test.each([
    ['Ender\u2019s Game', 'enders game'],
    ['\u201cDune\u201d', 'dune'],
    ['\u00abDune\u00bb', 'dune'],
    ['Don\u00b4t', 'dont'],
    ['Spider\u2011Man', 'spiderman'],
    ['R.U.R.', 'rur'],
    ['Dune\u2014Messiah', 'dune messiah'],
    ['Dune: Messiah (2nd ed.)', 'dune messiah 2nd ed'],
    ['C# & C++: 100% @home', 'c# & c++ 100% @home'],
    ['Ha\u00adru\u200bki', 'haruki'],
  ])('folds %j to %j', (title, folded) => {
    expect(titled(title)).toBe(folded)
  })

  test('contains every word of the title and the author', () => {
    const text = fc.string({ unit: 'grapheme' })
    fc.assert(
      fc.property(text, text, (title, author) => {
        const found = searchText({ title, author, isbn: null })
        for (const word of searchWords(`${author} ${title}`)) expect(found).toContain(word)
      }),
    )
  })

  test('finds a title whatever its marks and invisible characters are', () => {
    const word = fc.string({ unit: fc.constantFrom(...Array.from('abnoøłßéж7')), minLength: 1 })
    const noise = fc.constantFrom(
      '',
      '\u00ad',
      '\u200b',
      '\u2060',
      '\ufe0f',
      "'",
      '\u2019',
      '\u02bc',
      '\uff07',
    )
    const dash = fc.constantFrom(
      ' ',
      '-',
      '\u2010',
      '\u2011',
      '\u2013',
      ' \u2013 ',
      '\u2014',
      ', ',
      '. ',
      ' / ',
    )
    fc.assert(
      fc.property(fc.array(fc.tuple(word, noise, word, dash), { minLength: 1, maxLength: 4 }), (parts) => {
        const noisy = parts.map(([a, mark, b, between]) => `${a}${mark}${b}${between}`).join('')
        const plain = parts.map(([a, , b]) => `${a}${b}`).join(' ')
        expect(finds(plain, noisy)).toBe(true)
        expect(finds(noisy, plain)).toBe(true)
      }),
    )
  })
})

describe('a search', () => {
  test.each([
    ['the dune', 'Dune, The'],
    ['dune, the', 'The Dune'],
    ['enders', 'Ender\u2019s Game'],
    ["ender's", 'Ender\u2019s Game'],
    ['etranger', 'L\u2019Étranger'],
    ['spiderman', 'Spider-Man'],
    ['spider man', 'Spider\u2011Man'],
    ['spider\u2013man', 'Spider Man'],
    ['catch 22', 'Catch-22'],
    ['jrr', 'J.R.R. Tolkien'],
    ['J.R.R.', 'J. R. R. Tolkien'],
    ['lodz', 'Łódź'],
    ['smorrebrod', 'Smørrebrød'],
    ['smoerrebroed', 'Smørrebrød'],
    ['aerlighed', 'Ærlighed'],
    ['haeuser', 'Häuser'],
    ['hauser', 'Häuser'],
    ['strasse', 'Straße'],
    ['dac', 'Đắc'],
    ['thorsmork', 'Þórsmörk'],
    ['aase', 'Åse'],
    ['mess', 'Dune Messiah'],
  ])('for %j finds %j', (query, title) => {
    expect(finds(query, title)).toBe(true)
  })

  test.each([
    ['c++', 'C'],
    ['c#', 'C'],
    ['hauser', 'Haus'],
  ])('for %j does not find %j', (query, title) => {
    expect(finds(query, title)).toBe(false)
  })
})

describe('searchWords', () => {
  test.each([
    ['', []],
    [' \t\n ', []],
    ['?!', []],
    ['Dune', ['dune']],
    ['  García   MÁRQUEZ ', ['garcia', 'marquez']],
    ['50% off_', ['50%', 'off']],
    // A lone accent folds to the empty string.
    ['a \u0301 b', ['a', 'b']],
    ['978-0-441', ['978', '0', '441']],
  ])('%j → %j', (query, words) => {
    expect(searchWords(query)).toEqual(words)
  })

  test('are never empty and contain no white space', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (query) => {
        for (const word of searchWords(query)) expect(word).toMatch(/^\S+$/u)
      }),
    )
  })
})
