import { describe, expect, test } from 'vitest'
import { bookColumns } from './books/book-columns.ts'
import { columnsHelp, matchColumns } from './columns.ts'
import { shipmentColumns } from './stock/shipment-columns.ts'

/** The header of each column that is read. */
const read = (headers: string[]) =>
  Object.fromEntries(
    [...matchColumns(headers, bookColumns).columns].map(([name, { header }]) => [name, header]),
  )

describe('matching columns by header', () => {
  test('ignores order, case, accents, spaces and punctuation', () => {
    expect(read(['LIST-PRICE', 'isbn_13', 'TITLE', '', 'Authors'])).toEqual({
      price: 'LIST-PRICE',
      isbn13: 'isbn_13',
      title: 'TITLE',
      author: 'Authors',
    })
    expect(read(['Título', 'ISBN', 'Résumé', 'Quantite'])).toMatchObject({
      title: 'Título',
      description: 'Résumé',
      stock: 'Quantite',
    })
  })

  test.each([
    [
      'Shopify',
      'Handle|Title|Body (HTML)|Vendor|Variant SKU|Variant Inventory Qty|Variant Price|Variant Compare At Price|Variant Barcode|Status',
      {
        handle: 'Handle',
        title: 'Title',
        description: 'Body (HTML)',
        author: 'Vendor',
        stock: 'Variant Inventory Qty',
        price: 'Variant Price',
        isbn13: 'Variant Barcode',
      },
    ],
    [
      'Shopify with metafields',
      'Title|URL handle|Description|Vendor|Price|Barcode|Inventory quantity|Author (product.metafields.custom.author)',
      {
        title: 'Title',
        handle: 'URL handle',
        description: 'Description',
        price: 'Price',
        isbn13: 'Barcode',
        stock: 'Inventory quantity',
        author: 'Author (product.metafields.custom.author)',
      },
    ],
    [
      'WooCommerce',
      'ID|Type|SKU|GTIN, UPC, EAN, or ISBN|Name|Short description|Description|In stock?|Stock|Regular price|Brands',
      {
        isbn13: 'GTIN, UPC, EAN, or ISBN',
        title: 'Name',
        description: 'Description',
        stock: 'Stock',
        price: 'Regular price',
        author: 'Brands',
      },
    ],
    [
      'Square',
      'Token|Item Name|Variation Name|SKU|Description|Price|GTIN|Current Quantity Main Street',
      {
        title: 'Item Name',
        description: 'Description',
        price: 'Price',
        isbn13: 'GTIN',
        stock: 'Current Quantity Main Street',
      },
    ],
    [
      'Goodreads',
      'Book Id|Title|Author|Author l-f|Additional Authors|ISBN|ISBN13|My Rating|Publisher|Owned Copies',
      { title: 'Title', author: 'Author', isbn: 'ISBN', isbn13: 'ISBN13' },
    ],
    [
      'StoryGraph',
      'Title|Authors|Contributors|ISBN/UID|Format|Tags',
      { title: 'Title', author: 'Authors', isbn: 'ISBN/UID' },
    ],
    [
      'LibraryThing',
      'Book Id|Title|Primary Author|Secondary Author|ISBN|ISBNs|List Price|Copies|Summary',
      {
        title: 'Title',
        author: 'Primary Author',
        isbn: 'ISBN',
        price: 'List Price',
        stock: 'Copies',
        description: 'Summary',
      },
    ],
    [
      'Calibre',
      'author_sort|authors|comments|isbn|pubdate|title|title_sort',
      { title: 'title', author: 'authors', isbn: 'isbn', description: 'comments' },
    ],
    ['Koha', '245$a|100$a|020$a', { title: '245$a', author: '100$a', isbn: '020$a' }],
    [
      'Book-Crossing',
      'ISBN|Book-Title|Book-Author|Year-Of-Publication',
      { isbn: 'ISBN', title: 'Book-Title', author: 'Book-Author' },
    ],
    [
      'Shopware',
      'ean|name|manufacturer_name|price_gross|stock',
      { isbn13: 'ean', title: 'name', author: 'manufacturer_name', price: 'price_gross', stock: 'stock' },
    ],
    [
      'Lightspeed',
      'System ID|EAN|Item|Qty.|MSRP|Brand',
      { isbn13: 'EAN', title: 'Item', stock: 'Qty.', price: 'MSRP', author: 'Brand' },
    ],
    [
      'Bookmanager',
      'ISBN|Title|Author|On Hand|On Order|Price',
      { isbn: 'ISBN', title: 'Title', author: 'Author', stock: 'On Hand', price: 'Price' },
    ],
    [
      'ipage',
      'EAN|ISBN-10|Title|Contributor|US SRP',
      { isbn13: 'EAN', isbn: 'ISBN-10', title: 'Title', author: 'Contributor', price: 'US SRP' },
    ],
    [
      'ONIX short tags',
      'b244|b203|b036|j151|j396|d104',
      {
        isbn: 'b244',
        title: 'b203',
        author: 'b036',
        price: 'j151',
        availability: 'j396',
        description: 'd104',
      },
    ],
    [
      'German',
      'ISBN-Nummer|Titel|Autor/in|VK-Preis (EUR)|Bestand',
      { isbn: 'ISBN-Nummer', title: 'Titel', author: 'Autor/in', price: 'VK-Preis (EUR)', stock: 'Bestand' },
    ],
    [
      'French',
      'Code-barres|Titre|Auteur(s)|Prix TTC|Qté',
      { isbn13: 'Code-barres', title: 'Titre', author: 'Auteur(s)', price: 'Prix TTC', stock: 'Qté' },
    ],
    [
      'Spanish',
      'ISBN|Título|Autor|PVP|Existencias',
      { isbn: 'ISBN', title: 'Título', author: 'Autor', price: 'PVP', stock: 'Existencias' },
    ],
    [
      'Dutch',
      'EAN|Titel|Auteur|Verkoopprijs|Voorraad',
      { isbn13: 'EAN', title: 'Titel', author: 'Auteur', price: 'Verkoopprijs', stock: 'Voorraad' },
    ],
  ])('knows what %s calls them', (_program, headers, expected) => {
    expect(read(headers.split('|'))).toEqual(expected)
  })

  test('names the columns that it does not use, and those among which it chose', () => {
    const headers = ['Title', 'ISBN', 'Sale price', 'Regular price', 'Tags', 'Vendor', '']
    expect(matchColumns(headers, bookColumns)).toMatchObject({
      choices: [
        { column: 'author', chosen: 'Vendor', others: [], isGuess: true },
        { column: 'price', chosen: 'Regular price', others: ['Sale price'], isGuess: false },
      ],
      unused: ['Sale price', 'Tags'],
    })
  })

  test('reports every problem at once', () => {
    expect(() => matchColumns(['title', 'name', 'author'], bookColumns, { price: 'VK' })).toThrow(
      'Missing columns: isbn or isbn13. No column is called “VK”.',
    )
  })

  test('requires one column of a group, and refuses two of one meaning unless one may be chosen', () => {
    expect(matchColumns(['id', 'qty'], shipmentColumns).columns.size).toBe(2)
    expect(matchColumns(['isbn', 'id', 'quantity'], shipmentColumns).columns.size).toBe(3)
    expect(() => matchColumns(['quantity'], shipmentColumns)).toThrow('Missing columns: isbn or id.')
    expect(() => matchColumns(['isbn', 'qty', 'copies'], shipmentColumns)).toThrow(
      '“qty” and “copies” both mean quantity.',
    )
  })
})

test('the help fits into 80 columns', () => {
  const lines = columnsHelp('Columns:', bookColumns).split('\n')
  expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(80)
})
