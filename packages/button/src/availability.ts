import type { BookAvailability } from '@prebook/core'
import { limits } from '@prebook/core/limits'

/** The availability of a book as REST has it. */
export type Availability = {
  isbn: string
  availability: BookAvailability['availability']
  book_id: BookAvailability['bookId']
  title: BookAvailability['title']
  waiting: BookAvailability['waiting']
  expected_on: BookAvailability['expectedOn']
}

/** Hears what is known of a book: null while nothing is, as when the service is down. */
export type Listener = (book: Availability | null) => void

/** How long buttons that appear one after another wait for each other, in milliseconds. */
const GATHER_MS = 50
/** The shortest time between two requests, in milliseconds. The focus comes with several events. */
const GAP_MS = 1_000
/** How long what was read stays fresh on a visible page, in milliseconds. */
const FRESH_MS = 60_000
/** The first wait after a failure, in milliseconds. It doubles up to {@link FRESH_MS}. */
const RETRY_MS = 2_000
/** How long a request may take, in milliseconds. */
const TIMEOUT_MS = 10_000

const feeds = new Map<string, Feed>()

/**
 * Keeps a listener informed of a book: at first, each minute while the page is visible, and when the page gets the focus.
 * All buttons of a page that use one API share its requests.
 *
 * @param isbn 13 digits
 * @returns stops it
 */
export function watchAvailability(api: string, isbn: string, listener: Listener): () => void {
  const feed = feeds.get(api) ?? new Feed(api)
  feeds.set(api, feed)
  return feed.add(isbn, listener)
}

/** Reads the availability again, as soon as that is allowed. */
export function refreshAvailability(api: string): void {
  feeds.get(api)?.refresh()
}

class Feed {
  readonly #api: string
  readonly #listeners = new Map<string, Set<Listener>>()
  #books = new Map<string, Availability>()
  #timer: ReturnType<typeof setTimeout> | undefined
  /** When the timer ends and when the last request began, on the clock of `performance.now()`. */
  #due = Infinity
  #started = -Infinity
  #busy = false
  #failures = 0

  constructor(api: string) {
    this.#api = api
    document.addEventListener('visibilitychange', () => this.refresh())
  }

  add(isbn: string, listener: Listener): () => void {
    const listeners = this.#listeners.get(isbn) ?? new Set()
    this.#listeners.set(isbn, listeners.add(listener))
    const known = this.#books.get(isbn)
    if (known === undefined) this.#refreshIn(GATHER_MS)
    else listener(known)
    return () => {
      listeners.delete(listener)
      if (listeners.size === 0) this.#listeners.delete(isbn)
    }
  }

  refresh(): void {
    this.#refreshIn(0)
  }

  /** Follows the window, but not before the first read: a page that loads also gets the focus. */
  #followWindow(): void {
    for (const event of ['focus', 'online']) addEventListener(event, () => this.refresh())
    // A page that comes back from the history.
    addEventListener('pageshow', ({ persisted }) => {
      if (persisted) this.refresh()
    })
  }

  /** Reads again after `wait` milliseconds at the latest. */
  #refreshIn(wait: number): void {
    const now = performance.now()
    const due = Math.max(now + wait, this.#started + GAP_MS)
    if (due >= this.#due) return
    clearTimeout(this.#timer)
    this.#due = due
    this.#timer = setTimeout(() => this.#run(), due - now)
  }

  #run(): void {
    this.#due = Infinity
    // More buttons may follow in the rest of the page.
    if (document.readyState === 'loading') {
      document.addEventListener('DOMContentLoaded', () => this.#refreshIn(GATHER_MS), { once: true })
    } else if (this.#busy) {
      this.#refreshIn(GAP_MS)
    } else if (!document.hidden && this.#listeners.size > 0) {
      void this.#read()
    }
  }

  async #read(): Promise<void> {
    const isFirst = this.#started === -Infinity
    this.#busy = true
    this.#started = performance.now()
    const isbns = [...this.#listeners.keys()].toSorted()
    try {
      this.#books = await readAvailability(this.#api, isbns)
      this.#failures = 0
    } catch {
      this.#books = new Map()
      this.#failures += 1
    }
    this.#busy = false
    if (isFirst) this.#followWindow()
    for (const [isbn, listeners] of this.#listeners) {
      // A button that was added meanwhile is not known yet.
      if (!isbns.includes(isbn)) this.#refreshIn(0)
      else for (const listener of listeners) listener(this.#books.get(isbn) ?? null)
    }
    this.#refreshIn(
      this.#failures === 0 ? FRESH_MS : Math.min(FRESH_MS, RETRY_MS * 2 ** (this.#failures - 1)),
    )
  }
}

/** @throws Error if the service does not answer, or not with the availability */
async function readAvailability(api: string, isbns: string[]): Promise<Map<string, Availability>> {
  const groups = Array.from({ length: Math.ceil(isbns.length / limits.availability.max) }, (_, index) =>
    isbns.slice(index * limits.availability.max, (index + 1) * limits.availability.max),
  )
  const answers = await Promise.all(
    groups.map(async (group) => {
      const query = group.map((isbn) => `isbn=${isbn}`).join('&')
      const response = await fetch(`${api}/availability?${query}`, {
        credentials: 'omit',
        // What the browser has is checked with the server, which answers 304 if nothing has changed.
        cache: 'no-cache',
        signal: AbortSignal.timeout(TIMEOUT_MS),
      })
      if (!response.ok) throw new Error(`Status ${response.status}`)
      const { items } = (await response.json()) as { items: Availability[] }
      return items
    }),
  )
  return new Map(answers.flat().map((book) => [book.isbn, book]))
}
