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

const controller = new AbortController()
const { signal } = controller
process.once('SIGINT', () => controller.abort())

// Signing in stores the session token. Later calls send it.
const client = createClient({ url, storage: memoryStorage() })

try {
  if (references.length === 0) throw new Error('Name the books to wait for, by their ids or ISBNs.')
  // With any other value the timer would fire immediately, and the bot would poll without a pause.
  if (!(pollSeconds > 0 && pollSeconds <= 86_400))
    throw new Error('POLL_SECONDS must be above 0, and at most 86400.')
  await client.auth.login.mutate(account, { signal })
  const waiting = new Set<number>()
  for (const reference of references) {
    const prebook = await findOrCreatePrebook(reference)
    if (prebook !== null) waiting.add(prebook.id)
  }
  while (waiting.size > 0) {
    await wait(pollSeconds * 1000, undefined, { signal })
    for (const prebook of await listOrEmpty()) {
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

/** Pre-books a title, or finds the existing pre-booking. Returns null if the title is in stock. */
async function findOrCreatePrebook(reference: string): Promise<Prebook | null> {
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
    // The newest comes first. It may have just been notified; the next poll reports that.
    const mine = (await listMine()).find(({ bookId, status }) => bookId === book.id && status !== 'cancelled')
    say(`Still waiting for “${book.title}” by ${book.author}.`)
    return mine ?? null
  }
}

/** All pre-bookings of the account, newest first. */
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

/** Like listMine, but empty if the server is unavailable or the session has ended, so that the next poll tries again. */
async function listOrEmpty(): Promise<Prebook[]> {
  try {
    return await listMine()
  } catch (error) {
    const failure = explainError(error)
    if (failure.kind === 'unreachable' || failure.kind === 'timeout') say(`${failure.message} Trying again.`)
    else if (failure.kind === 'refused' && failure.reason === 'AUTH_REQUIRED') await signInAgain()
    else throw error
    return []
  }
}

async function signInAgain(): Promise<void> {
  say('The session has ended: signing in again.')
  await client.auth.login.mutate(account, { signal })
}

function name(prebook: Prebook): string {
  return `“${prebook.bookTitle}” by ${prebook.bookAuthor}`
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}
