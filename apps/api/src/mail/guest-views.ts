import { html } from 'hono/html'
import { consent, Locale, type ConfirmedPrebook, type PrebookDetail } from '@prebook/core'
import type { GuestPage, ReadWish } from '@prebook/server'
import type { GuestFormat } from './guest-format.ts'
import { languageNames, type GuestTexts } from './guest-texts/index.ts'
import type { Html } from './page.ts'

/** A page for guests: its title and its content. */
export type GuestView = { title: string; body: Html }

/** A language with what is written in it. */
export type Language = { locale: Locale; texts: GuestTexts; format: GuestFormat }

/** What was done on the page of a guest, or what is wrong. */
export type Outcome = { done: keyof GuestTexts['done'] } | { problem: keyof GuestTexts['problem'] }

/** A page with a sentence and the way to the shop. */
export function messageView(
  { texts }: Language,
  { title, text }: { title: string; text: string },
  link: { href: string; label: string } = { href: '/', label: texts.shop },
): GuestView {
  const body = html`<h1>${title}</h1>
    <p>${text}</p>
    <p class="links"><a href="${link.href}">${link.label}</a></p>`
  return { title, body }
}

/** Asks a guest to confirm a wish, or says why that is not possible. */
export function wishView(language: Language, { email, book, state }: ReadWish): GuestView {
  const { texts, locale } = language
  const shown = bookView(language, book, book.expectedOn)
  if (state === 'in-stock' || state === 'withdrawn') {
    const { title, text } = state === 'in-stock' ? texts.inStock : texts.withdrawn
    const body = html`<h1>${title}</h1>
      ${shown}
      <p>${text}</p>
      ${bookLink(language, book.id)}`
    return { title, body }
  }
  const { title, mail, place, button, notYou } = texts.confirm
  const body = html`<h1>${title}</h1>
    ${shown}
    <p>${mail(isolated(email))}</p>
    <p>${place}</p>
    <p class="faint">${consent.texts[locale]}</p>
    <form method="post"><button name="answer" value="confirm">${button}</button></form>
    <p class="faint">${notYou}</p>`
  return { title, body }
}

/** Shows a confirmed pre-booking as it is now, with the way to the page of the guest. */
export function confirmedView(language: Language, prebook: ConfirmedPrebook): GuestView {
  const { texts } = language
  const { title, sentences } = outcomeOf(language, prebook)
  const book = { title: prebook.bookTitle, author: prebook.bookAuthor }
  // Relative, so that it leads to this service under whatever address the browser knows it. Readers who can sign in have no link.
  const { search } = new URL(prebook.manageUrl)
  const manage = search === '' ? '../prebookings' : `manage${search}`
  const body = html`<h1>${title}</h1>
    ${bookView(language, book, prebook.bookExpectedOn)} ${sentences.map((text) => html`<p>${text}</p>`)}
    <p><a class="button" href="${manage}">${texts.confirmed.manage}</a></p>
    ${search === '' ? '' : html`<p class="faint">${texts.confirmed.manageWhy}</p>`}
    ${bookLink(language, prebook.bookId)}`
  return { title, body }
}

function outcomeOf(
  { texts: { confirmed, notified, cancelled }, format }: Language,
  { status, queuePosition, notifiedAt, cancelledBy }: ConfirmedPrebook,
): { title: string; sentences: string[] } {
  if (status === 'cancelled')
    return {
      title: cancelled.title,
      sentences: [cancelledBy === 'shop' ? cancelled.byShop : cancelled.byReader],
    }
  if (notifiedAt !== null)
    return { title: notified.title, sentences: [notified.text(format.day(notifiedAt))] }
  const place = queuePosition === null ? [] : [confirmed.place(format.place(queuePosition))]
  return { title: confirmed.title, sentences: [...place, confirmed.next] }
}

/** The page of a guest. `token` is that of its link. */
export function manageView(
  language: Language,
  page: GuestPage,
  { token, isFirst, outcome }: { token: string; isFirst: boolean; outcome: Outcome | null },
): GuestView {
  const { texts } = language
  const { manage } = texts
  const to = (before: string) => `?${new URLSearchParams({ token }).toString()}${before}`
  const body = html`<h1>${manage.title}</h1>
    ${outcome === null ? '' : outcomeView(texts, outcome)}
    <p class="faint">${manage.intro(isolated(page.email))}</p>
    ${
      page.prebooks.length === 0
        ? html`<p>${manage.none}</p>`
        : html`<ul class="prebooks">
            ${page.prebooks.map((prebook) => prebookView(language, prebook))}
          </ul>`
    }
    ${isFirst ? '' : html`<p class="links"><a href="${to('')}">${manage.newest}</a></p>`}
    ${
      page.beforeId === null
        ? ''
        : html`<p class="links"><a href="${to(`&before=${page.beforeId}`)}">${manage.older}</a></p>`
    }
    <section>
      <h2 id="language">${manage.language}</h2>
      <form method="post">
        <select name="locale" aria-labelledby="language">
          ${Locale.options.map(
            (locale) =>
              html`<option value="${locale}" lang="${locale}" ${locale === page.locale ? 'selected' : ''}>
                ${languageNames[locale]}
              </option>`,
          )}
        </select>
        <button class="quiet" name="action" value="language">${manage.save}</button>
      </form>
    </section>
    ${
      page.mailOptOut
        ? section(manage.mails, manage.mailsOff, 'mails-on', manage.startMails)
        : section(manage.mails, manage.mailsOn, 'mails-off', manage.stopMails)
    }
    ${section(manage.password, manage.passwordWhy, 'password', manage.passwordButton)}
    ${section(manage.revoke, manage.revokeWhy, 'revoke', manage.revokeButton)}
    ${section(manage.erase, manage.eraseWhy, 'erase', manage.eraseButton)}
    <p class="links"><a href="/">${texts.shop}</a></p>`
  return { title: manage.title, body }
}

/** Asks once more before everything is erased. */
export function eraseView({ texts: { eraseAsk } }: Language, email: string, token: string): GuestView {
  const body = html`<h1>${eraseAsk.title}</h1>
    <p>${eraseAsk.text(isolated(email))}</p>
    <form method="post">
      <button class="danger" name="action" value="erase-all">${eraseAsk.button}</button>
      <a href="?${new URLSearchParams({ token }).toString()}">${eraseAsk.keep}</a>
    </form>`
  return { title: eraseAsk.title, body }
}

function outcomeView(texts: GuestTexts, outcome: Outcome): Html {
  return 'done' in outcome
    ? html`<p class="notice" role="status">${texts.done[outcome.done]}</p>`
    : html`<p class="notice problem" role="alert">${texts.problem[outcome.problem]}</p>`
}

function prebookView(language: Language, prebook: PrebookDetail): Html {
  const { manage } = language.texts
  const book = { title: prebook.bookTitle, author: prebook.bookAuthor }
  return html`<li>
    ${bookView(language, book, prebook.bookExpectedOn)}
    <p class="state">${stateText(language, prebook)}</p>
    ${
      prebook.status === 'cancelled'
        ? ''
        : html`<details>
            <summary aria-label="${manage.cancelBook(prebook.bookTitle)}">${manage.cancel}</summary>
            <form method="post">
              <p>${manage.cancelAsk}</p>
              <input type="hidden" name="prebook" value="${prebook.id}" />
              <button class="danger" name="action" value="cancel">${manage.cancelButton}</button>
            </form>
          </details>`
    }
  </li>`
}

function stateText(
  { texts: { manage }, format }: Language,
  { status, queuePosition, notifiedAt, cancelledBy }: PrebookDetail,
): string {
  if (status === 'cancelled') return cancelledBy === 'shop' ? manage.cancelledByShop : manage.cancelled
  if (notifiedAt !== null) return manage.notified(format.day(notifiedAt))
  return manage.waiting(format.place(queuePosition ?? 1))
}

function section(heading: string, text: string, action: string, button: string): Html {
  return html`<section>
    <h2>${heading}</h2>
    <p>${text}</p>
    <form method="post"><button class="quiet" name="action" value="${action}">${button}</button></form>
  </section>`
}

function bookView(
  { texts, format }: Language,
  book: { title: string; author: string },
  expectedOn: string | null,
): Html {
  return html`<p>
    <bdi class="book">${book.title}</bdi><br />${texts.by(isolated(book.author))}
    ${expectedOn === null ? '' : html`<br />${texts.due(format.expected(expectedOn))}`}
  </p>`
}

function bookLink({ texts }: Language, bookId: number): Html {
  return html`<p class="links"><a href="/books/${bookId}">${texts.viewBook}</a></p>`
}

/** Keeps text of another direction apart from the sentence around it (Unicode: first strong isolate). */
function isolated(text: string): string {
  return `\u2068${text}\u2069`
}
