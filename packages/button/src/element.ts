import { parseIsbn } from '@prebook/core/isbn'
import { refreshAvailability, watchAvailability, type Availability } from './availability.ts'
import { languageOf } from './language.ts'
import { createParts, type Parts } from './parts.ts'
import { isSignedIn, prebookDirectly, requestLink } from './request.ts'
import { showView, type View } from './show-view.ts'
import { styles } from './styles.ts'
import { localeOf } from './texts.ts'

// On a server, as where pages are rendered, there are no elements. The package can be imported there and does nothing.
const Base = 'HTMLElement' in globalThis ? HTMLElement : (Object as unknown as typeof HTMLElement)

/** What a visitor has done with a button. */
type Use = Omit<View, 'book'>

const unused: Use = { step: 'start', isBusy: false, outcome: null, sentTo: '' }

/**
 * `<prebook-button isbn="…" api="https://books.example.org">`: shows whether a book can be bought, and pre-books it when it is
 * sold out. It is not shown while nothing is known of the book. Its attribute `state` is the availability, for the style
 * sheets of the page.
 */
export class PrebookButton extends Base {
  static readonly observedAttributes = ['isbn', 'api', 'lang']

  readonly #parts: Parts = createParts()
  readonly #root: ShadowRoot
  #api = ''
  #book: Availability | null = null
  #use = unused
  /** Stops hearing of the book. Another one for each book, so that what comes too late can be told apart. */
  #stop: (() => void) | undefined

  constructor() {
    super()
    const sheet = new CSSStyleSheet()
    sheet.replaceSync(styles)
    this.#root = this.attachShadow({ mode: 'open' })
    this.#root.adoptedStyleSheets = [sheet]
    this.#root.append(this.#parts.box)
    const { open, form, cancel } = this.#parts
    open.addEventListener('click', () => void this.#open())
    cancel.addEventListener('click', () => this.#cancel())
    form.addEventListener('keydown', ({ key }) => {
      if (key === 'Escape') this.#cancel()
    })
    form.addEventListener('submit', (event) => {
      event.preventDefault()
      void this.#send()
    })
  }

  connectedCallback(): void {
    this.#watch()
  }

  disconnectedCallback(): void {
    this.#stop?.()
    this.#stop = undefined
  }

  attributeChangedCallback(name: string): void {
    if (!this.isConnected) return
    if (name === 'lang') this.#show({})
    else this.#watch()
  }

  /** Begins with the book that the attributes name. */
  #watch(): void {
    this.#stop?.()
    this.#stop = undefined
    this.#book = null
    this.#use = unused
    this.removeAttribute('state')
    const isbn = parseIsbn(this.getAttribute('isbn') ?? '')
    const api = this.getAttribute('api') ?? ''
    if (isbn === null || !/^https?:\/\/./.test(api)) {
      const need =
        isbn === null ? 'an ISBN as `isbn`' : 'an address as `api`, such as https://books.example.org'
      // oxlint-disable-next-line no-console -- the author of the page sees nothing otherwise
      console.warn(`<prebook-button> is not shown: it needs ${need}.`)
      return
    }
    this.#api = api.replace(/\/+$/, '')
    this.#stop = watchAvailability(this.#api, isbn, (book) => this.#hear(book))
  }

  #hear(book: Availability | null): void {
    // A form that somebody fills in stays when the service is down for a moment.
    if (book === null && this.#use.step === 'form') return
    if (book === null || book.availability === 'unknown') {
      this.removeAttribute('state')
      return
    }
    const before = this.#book?.availability
    this.#book = book
    this.setAttribute('state', book.availability)
    if (book.availability === 'sold-out') this.#show(before === 'sold-out' ? {} : unused)
    else if (this.#use.step === 'start') this.#show({ outcome: null })
    else this.#finish(book.availability)
  }

  async #open(): Promise<void> {
    const book = this.#book
    const bookId = book?.book_id
    if (bookId == null || this.#use.isBusy) return
    const direct = await this.#during(() => isSignedIn(this.#api))
    if (direct === undefined) return
    if (!direct) {
      this.#show({ step: 'form' })
      this.#parts.email.focus()
      return
    }
    const problem = await this.#during(() => prebookDirectly(this.#api, bookId))
    if (problem === null) this.#finish('prebooked')
    else if (problem !== undefined) this.#refuse(problem, 'start')
  }

  #cancel(): void {
    if (this.#use.isBusy) return
    this.#show({ step: 'start', outcome: null })
    this.#parts.open.focus()
  }

  async #send(): Promise<void> {
    const { email, website } = this.#parts
    const book = this.#book
    if (this.#use.isBusy || book === null) return
    const entered = {
      isbn: book.isbn,
      email: email.value.trim(),
      website: website.value,
      locale: this.#locale,
    }
    const problem = email.validity.valid ? await this.#during(() => requestLink(this.#api, entered)) : 'email'
    if (problem === null) this.#finish('sent', entered.email)
    else if (problem !== undefined) this.#refuse(problem, 'form')
  }

  /** Shows that something is under way. Undefined if the button has another book, or is gone, by then. */
  async #during<T>(work: () => Promise<T>): Promise<T | undefined> {
    const stop = this.#stop
    this.#show({ isBusy: true, outcome: null })
    const result = await work()
    if (this.#stop !== stop) return undefined
    this.#show({ isBusy: false })
    return result
  }

  #refuse(problem: NonNullable<View['outcome']>, step: 'start' | 'form'): void {
    if (problem === 'in-stock' || problem === 'withdrawn' || problem === 'duplicate') this.#finish(problem)
    else this.#show({ step, outcome: problem })
    if (this.#use.step === 'form') this.#parts.email.focus()
  }

  #finish(outcome: NonNullable<View['outcome']>, sentTo = this.#use.sentTo): void {
    const hadFocus = this.#root.activeElement !== null
    this.#show({ step: 'done', outcome, sentTo })
    // What had the focus is gone.
    if (hadFocus) this.#parts.message.focus()
    refreshAvailability(this.#api)
  }

  get #locale() {
    return localeOf(languageOf(this))
  }

  #show(change: Partial<Use>): void {
    this.#use = { ...this.#use, ...change }
    if (this.#book !== null) showView(this.#parts, { ...this.#use, book: this.#book }, this.#locale)
  }
}
