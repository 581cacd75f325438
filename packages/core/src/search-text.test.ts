import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseSearch, searchRank } from './search-query.ts'
import { searchText } from './search-text.ts'

const titled = (title: string) => searchText({ title, author: '', isbn: null })

/** Whether a search finds a book with this title. */
function finds(query: string, title: string): boolean {
  const parsed = parseSearch(query)
  return parsed !== null && searchRank(titled(title), parsed) !== null
}

describe('searchText', () => {
  test('contains the folded title, author and ISBN', () => {
    const book = { title: ' Crónica de una  muerte', author: 'García Márquez', isbn: '9780307387387' }
    expect(searchText(book)).toBe('cronica de una muerte\t/garcia /marquez 9780307387387')
  })

  test('ends with the author if the book has no ISBN', () => {
    expect(searchText({ title: 'Dune', author: 'Frank Herbert', isbn: null })).toBe('dune\t/frank /herbert')
  })

  test('sorts a title without the article at its beginning', () => {
    expect(titled('The Dune')).toBe('dune\tthe')
    expect(titled('Dune, The')).toBe('dune\tthe')
    expect(titled('A')).toBe('a\t')
    expect(titled('A.I.')).toBe('ai\ta i')
  })

  test('contains second spellings', () => {
    const book = { title: 'Die Häuser am Fluß', author: 'Jørgen Müller', isbn: '9780307387387' }
    expect(searchText(book)).toBe(
      'die hauser am fluss\thaeuser /jorgen /muller /joergen /mueller 9780307387387',
    )
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
    expect(titled(title).split('\t')[0]).toBe(folded)
  })

  test('is found by the words of the title and the author', () => {
    const text = fc.string({ unit: 'grapheme' })
    fc.assert(
      fc.property(text, text, (title, author) => {
        const query = parseSearch(`${author} ${title}`)
        fc.pre(query !== null)
        expect(searchRank(searchText({ title, author, isbn: null }), query)).not.toBeNull()
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
    ['letranger', 'L\u2019Étranger'],
    ['ender game', 'Ender\u2019s Game'],
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

describe('parseSearch', () => {
  test.each([
    ['', null],
    [' \t\n ', null],
    ['?!', null],
    ['Dune', 'dune'],
    ['  García   MÁRQUEZ ', 'garcia marquez'],
    ['50% off_', '50% off'],
    // A lone accent folds to the empty string.
    ['b \u0301 a', 'b a'],
    ['the', 'the'],
    ['The Dune', 'dune'],
    ['dune, the', 'dune'],
    ['978-0-441', '9780441'],
  ])('%j → %j', (query, text) => {
    expect(parseSearch(query)?.text ?? null).toBe(text)
  })

  test('reads joined words both ways, and the last one as a beginning', () => {
    expect(parseSearch('spider-man a')).toEqual({
      text: 'spiderman a',
      titles: ['spider man a', 'spiderman a'],
      words: [
        { spellings: [['spiderman'], ['spider', 'man']], isPrefix: false },
        { spellings: [['a']], isPrefix: true },
      ],
    })
  })

  test('uses at most twelve words, each once', () => {
    const words = Array.from({ length: 20 }, (_, index) => `w${index} w0`).join(' ')
    expect(parseSearch(words)?.words).toHaveLength(12)
  })

  test('makes words that are never empty and contain neither white space nor marks', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (query) => {
        const words = parseSearch(query)?.words ?? []
        for (const { spellings } of words)
          for (const word of spellings.flat()) expect(word).toMatch(/^[^\s"\\/]+$/u)
      }),
    )
  })
})

describe('searchRank', () => {
  const rank = (query: string, title: string, author: string) => {
    const parsed = parseSearch(query)
    return parsed && searchRank(searchText({ title, author, isbn: null }), parsed)
  }

  test.each([
    ['dune', 'Dune', 'Frank Herbert', 'title'],
    ['the dune', 'Dune, The', 'Frank Herbert', 'title'],
    ['spider man', 'Spider-Man', 'Anon', 'title'],
    ['spider-man', 'Spider Man', 'Anon', 'title'],
    ['dune', 'Dune Messiah', 'Frank Herbert', 'titleStart'],
    ['dune', 'Dunes', 'Anon', 'titleStart'],
    ['frank herb', 'Dune', 'Frank Herbert', 'author'],
    ['messiah', 'Dune Messiah', 'Frank Herbert', 'rest'],
    ['herbert dune', 'Dune', 'Frank Herbert', 'rest'],
    ['herb dune', 'Dune', 'Frank Herbert', null],
    ['une', 'Dune', 'Frank Herbert', null],
  ])('of %j for %j by %j is %s', (query, title, author, expected) => {
    expect(rank(query, title, author)).toBe(expected)
  })
})
