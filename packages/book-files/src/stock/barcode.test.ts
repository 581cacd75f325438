import { describe, expect, test } from 'vitest'
import { readBarcode } from './barcode.ts'

const dune = { code: '9780441013593', kind: 'isbn' }

describe('a code from a scanner or the keyboard', () => {
  test.each([
    ['an EAN', '9780441013593'],
    ['an EAN after its symbology', ']E09780441013593'],
    ['an EAN with the price as its add-on', '978044101359351299'],
    ['an ISBN-10', '0441013597'],
    ['a printed ISBN-10', 'ISBN 0-441-01359-7 (pbk.)'],
    ['a printed ISBN-13 with other hyphens', ' 978‑0‑441‑01359‑3 '],
  ])('is an ISBN: %s', (_form, text) => {
    expect(readBarcode(text)).toEqual(dune)
  })

  test.each([
    ['a magazine', '9770317847001', 'magazine'],
    ['a magazine with its issue as the add-on', '977031784700105', 'magazine'],
    ['a product', '4006381333931', 'product'],
    ['a short code of a product', '96385074', 'product'],
    ['a UPC-A', '036000291452', 'product'],
    ['an ISBN with a wrong check digit', '9780441013594', 'misread'],
    ['an ISBN-10 with a wrong check digit', '0441013598', 'misread'],
    ['an EAN with a wrong check digit', '4006381333932', 'misread'],
    ['a word', 'SHELF-12', 'unreadable'],
  ] as const)('is kept with what it is: %s', (_name, text, kind) => {
    expect(readBarcode(text)).toEqual({ code: text, kind })
  })

  test('is nothing when it is empty', () => {
    expect(readBarcode('  ')).toBeNull()
  })

  test('is cut when it is a text scanned by mistake', () => {
    expect(readBarcode(`https://example.org/${'x'.repeat(200)}`)).toMatchObject({
      code: expect.stringMatching(/^.{64}$/) as string,
      kind: 'unreadable',
    })
  })
})
