import { describe, expect, test } from 'vitest'
import { collect } from '../testing/collect.ts'
import { decodeText } from './decode-text.ts'

/** Decodes the bytes in chunks of every size. */
async function decodeInChunks(bytes: Uint8Array): Promise<Set<string>> {
  const texts = new Set<string>()
  for (let size = 1; size <= bytes.length + 1; size += 1) {
    const chunks = async function* () {
      for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
    }
    texts.add((await collect(decodeText(chunks()))).join(''))
  }
  return texts
}

const utf16 = (text: string, mark: string) => {
  const bytes = Buffer.from(mark + text, 'utf16le')
  return bytes
}

describe('decoding a file, whatever the size of its chunks', () => {
  test.each([
    ['plain UTF-8', Buffer.from('Märchen 百年 🚀\n'), 'Märchen 百年 🚀\n'],
    ['with a byte-order mark', Buffer.from('\uFEFFtitle,isbn\n'), 'title,isbn\n'],
    ['as UTF-16', utf16('Märchen\t🚀\n', '\uFEFF'), 'Märchen\t🚀\n'],
    ['as big-endian UTF-16', utf16('Märchen\n', '\uFEFF').swap16(), 'Märchen\n'],
    ['with Windows line endings', Buffer.from('a\r\nb\r\n\r\nc'), 'a\nb\n\nc'],
    ['with classic Mac line endings', Buffer.from('a\rb\r'), 'a\nb\n'],
    ['empty', Buffer.alloc(0), ''],
    ['one letter', Buffer.from('a'), 'a'],
  ])('%s', async (_name, bytes, text) => {
    expect([...(await decodeInChunks(bytes))]).toEqual([text])
  })

  test.each([
    ['Latin-1', Buffer.from('M\u00e4rchen\n', 'latin1')],
    ['cut in the middle of a letter', Buffer.from('M\u00e4').subarray(0, 2)],
    ['one half of a letter', Buffer.from([0xe4])],
  ])('rejects %s', async (_name, bytes) => {
    await expect(decodeInChunks(bytes)).rejects.toMatchObject({
      name: 'FileError',
      message: 'The file is not UTF-8 text.',
      remedy: expect.stringContaining('CSV UTF-8'),
    })
  })
})
