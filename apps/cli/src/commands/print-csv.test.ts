import { WAIT } from '@prebook/testing/bounds'
import { afterEach, expect, test, vi } from 'vitest'
import { printCsv } from './print-csv.ts'

afterEach(() => {
  vi.restoreAllMocks()
})

type Taken = (error?: Error | null) => void

/** An output that takes a text when the test lets it. */
function slowOutput(): { written: string[]; take: (error?: Error) => void } {
  const written: string[] = []
  let taken: Taken = () => {}
  vi.spyOn(process.stdout, 'write').mockImplementation((text, done) => {
    written.push(String(text))
    if (typeof done === 'function') taken = done
    return false
  })
  return { written, take: (error) => taken(error) }
}

/** A list without an end. */
function endlessList() {
  const cursors: (string | null)[] = []
  const fetchPage = async ({ cursor, limit }: { cursor: string | null; limit: number }) => {
    cursors.push(cursor)
    const user = {
      email: 'a@example.org',
      role: 'reader' as const,
      isActive: true,
      mailOptOut: false,
      createdAt: '2026-03-01T09:30:00.000Z',
    }
    const items = Array.from({ length: limit }, (_, index) => ({ ...user, id: index + 1 }))
    return { items, nextCursor: `page ${cursors.length}` }
  }
  return { cursors, fetchPage }
}

test('a page is fetched when the output has taken the previous one, and none when the output is closed', async () => {
  const { written, take } = slowOutput()
  const { cursors, fetchPage } = endlessList()
  const printed = printCsv('users', fetchPage, { all: true })
  await vi.waitFor(() => expect(written).toHaveLength(1), WAIT)
  expect(cursors).toEqual([null])
  take()
  await vi.waitFor(() => expect(written).toHaveLength(2), WAIT)
  expect(cursors).toEqual([null, 'page 1'])
  expect(written[0]).toMatch(/^\uFEFFid,email,/)
  expect(written[1]).toMatch(/^1,a@example\.org,/)
  take(new Error('EPIPE'))
  await printed
  expect(cursors).toHaveLength(2)
})

test('a limit ends within a page, and is said', async () => {
  const { written, take } = slowOutput()
  const said = vi.spyOn(process.stderr, 'write').mockImplementation(() => true)
  const { cursors, fetchPage } = endlessList()
  const printed = printCsv('users', fetchPage, { limit: 130 })
  await vi.waitFor(() => expect(written).toHaveLength(1), WAIT)
  take()
  await vi.waitFor(() => expect(written).toHaveLength(2), WAIT)
  take()
  await printed
  expect(written.join('').split('\r\n')).toHaveLength(1 + 130 + 1)
  expect(cursors).toHaveLength(2)
  expect(String(said.mock.calls)).toContain('There are more entries.')
})
