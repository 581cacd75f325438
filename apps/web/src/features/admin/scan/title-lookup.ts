import { isPrebookError, type Book, type PrebookClient } from '@prebook/client'
import { createStore, type Store } from '../../../app/store.ts'

/** What the catalogue has for an ISBN. */
export type Title = Pick<Book, 'id' | 'title' | 'author' | 'withdrawnAt'> | 'unknown'

/** The titles found so far, by ISBN, and whether the shop answers. */
export type Titles = { found: ReadonlyMap<string, Title>; isUnreachable: boolean }

/** Looks up titles in the background. */
export type TitleLookup = {
  titles: Store<Titles>
  /** Looks up those of some ISBNs that have not been looked up yet. */
  ask(isbns: Iterable<string>): void
  /** Looks up the unknown ISBNs again: their titles may have been added meanwhile. */
  askAgain(): void
  /** Stops until it is asked again. */
  stop(): void
}

/** ISBNs that are looked up together. The client sends ten in a request. */
const MAX_TOGETHER = 50
/** Delay before the next attempt when the shop does not answer, in milliseconds. */
const RETRY_MS = 2_000

/**
 * Creates a lookup. One group is under way at a time; what is asked meanwhile goes into the next, so beeps never wait, and fast
 * ones share requests. Without an answer it tries again.
 *
 * @param onFound called with what was found, by ISBN
 */
export function createTitleLookup(
  client: Pick<PrebookClient, 'books'>,
  onFound: (found: ReadonlyMap<string, Title>) => void = () => undefined,
  retryMs = RETRY_MS,
): TitleLookup {
  const titles = createStore<Titles>({ found: new Map(), isUnreachable: false })
  const waiting = new Set<string>()
  let isBusy = false
  let timer: ReturnType<typeof setTimeout> | undefined

  const askNext = async (): Promise<void> => {
    const group = [...waiting].slice(0, MAX_TOGETHER)
    if (isBusy || group.length === 0) return
    isBusy = true
    try {
      const answers = await Promise.all(group.map(async (isbn) => [isbn, await find(client, isbn)] as const))
      for (const isbn of group) waiting.delete(isbn)
      titles.set({ found: new Map([...titles.get().found, ...answers]), isUnreachable: false })
      onFound(new Map(answers))
    } catch {
      titles.set({ ...titles.get(), isUnreachable: true })
      // oxlint-disable-next-line typescript/no-misused-promises -- it never rejects
      timer = setTimeout(askNext, retryMs)
      return
    } finally {
      isBusy = false
    }
    await askNext()
  }

  return {
    titles,
    ask(isbns) {
      const { found } = titles.get()
      for (const isbn of isbns) if (!found.has(isbn)) waiting.add(isbn)
      void askNext()
    },
    askAgain() {
      clearTimeout(timer)
      const { found } = titles.get()
      for (const [isbn, title] of found) if (title === 'unknown') waiting.add(isbn)
      void askNext()
    },
    stop() {
      waiting.clear()
      clearTimeout(timer)
    },
  }
}

async function find(client: Pick<PrebookClient, 'books'>, isbn: string): Promise<Title> {
  try {
    const { id, title, author, withdrawnAt } = await client.books.get.query({ isbn })
    return { id, title, author, withdrawnAt }
  } catch (error) {
    if (isPrebookError(error, 'BOOK_NOT_FOUND')) return 'unknown'
    throw error
  }
}
