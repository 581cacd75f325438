import { describe, expect, test } from 'vitest'
import { readAll, windows1252 } from '../testing/sources.ts'

const rows = 'title;author\nDie Häuser am Fluß;Jörg Beispiel\nL’Étranger;Zoë Señor\n'
const utf16 = (text: string) => Buffer.from(text, 'utf16le')
/** Bytes as a file in another encoding has them, written as what they are in windows-1252. */
const misread = (text: string) => windows1252(`title;author\n${text};Ann Example\n`)

describe('detecting an encoding', () => {
  test.each([
    ['UTF-8', Buffer.from(rows), 'utf-8'],
    ['UTF-8 with a mark', Buffer.from(`\uFEFF${rows}`), 'utf-8'],
    ['UTF-16', utf16(rows), 'utf-16le'],
    ['UTF-16 with a mark', utf16(`\uFEFF${rows}`), 'utf-16le'],
    ['big-endian UTF-16', utf16(rows).swap16(), 'utf-16be'],
    ['UTF-16 in Japanese', utf16('isbn,title\n9784101001340,ノルウェイの森\n'), 'utf-16le'],
    ['windows-1252', windows1252(rows), 'windows-1252'],
    ['ISO-8859-1', Buffer.from(rows.replace('’', "'"), 'latin1'), 'windows-1252'],
  ])('%s', async (_name, bytes, encoding) => {
    const { format, rows: read } = await readAll(bytes)
    expect(format).toMatchObject({ encoding, isDetected: true })
    expect(read.every(({ problem }) => problem === null)).toBe(true)
    expect(read[1]?.cells[0]).toMatch(/Häuser am Fluß|ノルウェイの森|9784101001340/)
  })

  test('takes a file with the replacement character as UTF-8', async () => {
    const { format, rows: read } = await readAll('title;author\nM\uFFFDrchen;x\n')
    expect(format).toMatchObject({ encoding: 'utf-8' })
    expect(read).toMatchObject([{}, { cells: ['M\uFFFDrchen', 'x'], problem: null }])
  })

  test('takes a file that is UTF-8 but for one byte as UTF-8', async () => {
    const { format, rows: read } = await readAll(
      Buffer.concat([Buffer.from(rows), Buffer.from('M\u00fcnchen;x\n', 'latin1')]),
    )
    expect(format).toMatchObject({ encoding: 'utf-8' })
    expect(read.filter(({ problem }) => problem !== null)).toMatchObject([{ line: 4 }])
  })

  test.each([
    ['Polish in windows-1250', 'Za¿ó³æ gêœl¹'],
    ['Czech in windows-1250', 'Pøíbìh'],
    ['Russian in windows-1251', 'Âîéíà è ìèð'],
    ['Turkish in windows-1254', 'þeker portakalý'],
    ['German of an old Mac', 'Die HŠuser'],
    ['French of an old Mac', 'CafŽ'],
    ['German of DOS', 'H„user'],
    ['Chinese in GB18030', '°ÙÄê¹Â¶À'],
  ])('refuses to guess at %s', async (_name, text) => {
    await expect(readAll(misread(text))).rejects.toMatchObject({
      name: 'FileError',
      message: expect.stringMatching(/encoding of the file is not certain.*“.+”/),
      remedy: expect.stringContaining('windows-1250'),
    })
  })

  test('reads such a file when its encoding is given, by any label', async () => {
    const { format, rows: read } = await readAll(misread('Za¿ó³æ'), { encoding: 'CP1250' })
    expect(format).toMatchObject({ encoding: 'windows-1250', isDetected: false })
    expect(read[1]?.cells[0]).toBe('Zażółć')
  })

  test('prefers a byte-order mark to a given encoding, as browsers do', async () => {
    const { format, rows: read } = await readAll(Buffer.from(`\uFEFF${rows}`), { encoding: 'latin1' })
    expect(format).toMatchObject({ encoding: 'utf-8', isDetected: true })
    expect(read[0]?.cells[0]).toBe('title')
  })

  test('refuses an unknown encoding with the known ones', async () => {
    await expect(readAll(rows, { encoding: 'utf-9' })).rejects.toMatchObject({
      message: 'The encoding “utf-9” is unknown.',
      remedy: expect.stringMatching(/utf-8.*windows-1252.*macintosh/),
    })
  })

  test.each([
    ['89504e470d0a1a0a0000000d49484452', 'The file is a picture.'],
    ['7f454c4602010100000000000000000003003e0001', 'The file is not text.'],
    ['', 'The file is empty.'],
  ])('refuses the bytes %s', async (bytes, message) => {
    await expect(readAll(Buffer.from(bytes, 'hex'))).rejects.toMatchObject({ message })
  })
})
