import { setTimeout as wait } from 'node:timers/promises'
import {
  createClient,
  explainError,
  isPrebookError,
  memoryStorage,
  type Prebook,
  type RouterOutputs,
} from '@prebook/client'

const url = process.env['PREBOOK_URL'] ?? 'http://127.0.0.1:8787'
const account = { email: process.env['PREBOOK_EMAIL'] ?? '', password: process.env['PREBOOK_PASSWORD'] ?? '' }
const pollSeconds = Number(process.env['POLL_SECONDS'] ?? 30)
const references = process.argv.slice(2)

const leaving = new AbortController()
const { signal } = leaving
process.once('SIGINT', () => leaving.abort())

// The storage keeps the token that signing in gives, for all the calls after it.
const client = createClient({ url, storage: memoryStorage() })

try {
  if (references.length === 0) throw new Error('Name the books to wait for, by their ids or ISBNs.')
  // Anything else would make the timer go off at once, and the server be asked without a pause.
  if (!(pollSeconds > 0 && pollSeconds <= 86_400))
    throw new Error('POLL_SECONDS must be above 0, and at most 86400.')
  await client.auth.login.mutate(account, { signal })
  const waiting = new Set<number>()
  for (const reference of references) {
    const prebook = await prebookOnce(reference)
    if (prebook !== null) waiting.add(prebook.id)
  }
  while (waiting.size > 0) {
    await wait(pollSeconds * 1000, undefined, { signal })
    for (const prebook of await listPatiently()) {
      if (prebook.status === 'waiting' || !waiting.delete(prebook.id)) continue
      say(
        `${name(prebook)} ${prebook.status === 'notified' ? `is back, since ${prebook.notifiedAt}` : 'was cancelled'}.`,
      )
    }
  }
} catch (error) {
  if (!signal.aborted) {
    const { kind, message } = explainError(error)
    process.stderr.write(`${message}\n`)
    process.exitCode = kind === 'unknown' ? 2 : 1
  }
}

/** Pre-books a title, or finds the pre-booking that is there already; null when there is nothing to wait for. */
async function prebookOnce(reference: string): Promise<Prebook | null> {
  const isId = /^\d{1,9}$/.test(reference)
  const book = await client.books.get.query(isId ? { bookId: Number(reference) } : { isbn: reference }, {
    signal,
  })
  try {
    const prebook = await client.prebooks.create.mutate({ bookId: book.id }, { signal })
    say(`Waiting for ${name(prebook)}.`)
    return prebook
  } catch (error) {
    if (isPrebookError(error, 'PREBOOK_BOOK_IN_STOCK')) {
      say(`“${book.title}” by ${book.author} is in stock: buy it now.`)
      return null
    }
    if (!isPrebookError(error, 'PREBOOK_DUPLICATE')) throw error
    // The newest comes first. It may have been notified this very moment: the next poll tells.
    const mine = (await listMine()).find(({ bookId, status }) => bookId === book.id && status !== 'cancelled')
    say(`Still waiting for “${book.title}” by ${book.author}.`)
    return mine ?? null
  }
}

/** All my pre-bookings, newest first. */
async function listMine(): Promise<Prebook[]> {
  const prebooks: Prebook[] = []
  let cursor: string | null = null
  do {
    const page: RouterOutputs['prebooks']['list'] = await client.prebooks.list.query(
      { limit: 100, cursor },
      { signal },
    )
    prebooks.push(...page.items)
    cursor = page.nextCursor
  } while (cursor !== null)
  return prebooks
}

/** The same; empty when the server is away for a while or the session has ended, for the next poll to ask again. */
async function listPatiently(): Promise<Prebook[]> {
  try {
    return await listMine()
  } catch (error) {
    const failure = explainError(error)
    if (failure.kind === 'unreachable' || failure.kind === 'timeout') say(`${failure.message} Trying again.`)
    else if (failure.kind === 'refused' && failure.reason === 'AUTH_REQUIRED') await signInAnew()
    else throw error
    return []
  }
}

async function signInAnew(): Promise<void> {
  say('The session has ended: signing in anew.')
  await client.auth.login.mutate(account, { signal })
}

function name(prebook: Prebook): string {
  return `“${prebook.bookTitle}” by ${prebook.bookAuthor}`
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}
