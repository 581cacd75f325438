import { describe, expect, test } from 'vitest'
import { renderTable, type Column } from './table.ts'
import { textWidth } from './text-width.ts'

const columns: Column[] = [
  { header: 'ID', align: 'right' },
  { header: 'Title', minWidth: 8 },
  { header: 'Author', minWidth: 6, dropOrder: 1 },
  { header: 'ISBN', dropOrder: 2 },
]
const rows = [
  ['1', 'Dune', 'Frank Herbert', '9780441013593'],
  ['12', 'One Hundred Years of Solitude', 'Gabriel García Márquez', ''],
  ['3', '百年の孤独', 'ガブリエル', '9784105090081'],
]

describe('a table', () => {
  test('aligns its columns without trailing spaces and truncates nothing in a pipe', () => {
    expect(renderTable(columns, rows, { width: Infinity })).toEqual([
      'ID  Title                          Author                  ISBN',
      ' 1  Dune                           Frank Herbert           9780441013593',
      '12  One Hundred Years of Solitude  Gabriel García Márquez',
      ' 3  百年の孤独                     ガブリエル              9784105090081',
    ])
  })

  test('fits every width', () => {
    for (let width = 15; width < 120; width += 1) {
      for (const line of renderTable(columns, rows, { width }))
        expect(textWidth(line)).toBeLessThanOrEqual(width)
    }
  })

  test('truncates the widest column first', () => {
    expect(renderTable(columns, rows, { width: 60 })[2]).toBe('12  One Hundred Years…   Gabriel García Márq…')
    expect(renderTable(columns, rows, { width: 60 })[1]).toBe(
      ' 1  Dune                 Frank Herbert         9780441013593',
    )
  })

  test('drops columns when truncating is not enough', () => {
    expect(renderTable(columns, rows, { width: 30 })[1]).toBe(' 1  Dune          Frank Herbe…')
    expect(renderTable(columns, rows, { width: 17 })[2]).toBe('12  One Hundred…')
  })

  test('makes server text plain before measuring it', () => {
    const [, line] = renderTable(columns, [['1', '\u001b[2JDu\u0007ne', 'x\ny', '']], { width: 80 })
    expect(line).toBe(' 1  Dune   x y')
  })

  test('colours cells without changing the layout', () => {
    const style = (cell: string, row: number) => (row === 0 ? `<${cell}>` : cell)
    const styled: Column[] = [
      { header: 'N', align: 'right', style },
      { header: 'Title', style },
      { header: 'End' },
    ]
    const table = renderTable(
      styled,
      [
        ['1', 'a', 'x'],
        ['22', 'bb', 'y'],
      ],
      { width: 80, styleHeader: (text) => `*${text}*` },
    )
    expect(table).toEqual([' *N*  *Title*  *End*', ' <1>  <a>      x', '22  bb     y'])
  })

  test('without rows has only its header', () => {
    expect(renderTable(columns, [], { width: 80 })).toEqual(['ID  Title  Author  ISBN'])
  })
})
