import { describe, expect, test } from 'vitest'
import { readRecords } from './read-records.ts'

/** A source that never ends, and whether it was closed. */
function endless(first: string, line: string) {
  const state = { closed: false, pulled: 0 }
  const source = async function* () {
    try {
      yield Buffer.from(first)
      for (;;) {
        state.pulled += 1
        yield Buffer.from(line.repeat(1_000))
      }
    } finally {
      state.closed = true
    }
  }
  return { bytes: source(), state }
}

describe('the source of a file', () => {
  test('is closed when the file is refused', async () => {
    const { bytes, state } = endless('title;author\n', 'Za\xbf\xf3\xb3\xe6;x\n')
    await expect(readRecords(bytes, { encoding: 'utf-9' })).rejects.toThrow('unknown')
    expect(state.closed).toBe(true)
  })

  test('is closed with the rows, which are read on demand', async () => {
    const { bytes, state } = endless('title;author\n', 'A;B\n')
    const { rows } = await readRecords(bytes)
    expect(await rows.next()).toMatchObject({ value: { line: 1, cells: ['title', 'author'] } })
    const pulled = state.pulled
    for (let n = 0; n < 10_000; n += 1) await rows.next()
    expect(state.pulled - pulled).toBeLessThan(10)
    await rows.return(undefined)
    expect(state.closed).toBe(true)
  })

  test('is closed when a line has no end', async () => {
    const { bytes, state } = endless('title;author\n', 'x')
    const read = async () => {
      for await (const _ of (await readRecords(bytes)).rows);
    }
    await expect(read()).rejects.toThrow('Line 2 is longer than 100000 characters.')
    expect(state.closed).toBe(true)
    expect(state.pulled).toBeLessThan(1_000)
  })
})
