import type { DeliveryFacts } from '@prebook/db'
import type { MailLinks } from './links.ts'
import { oneLine } from './one-line.ts'

/** An e-mail to a reader, with the same content in text and HTML. */
export type Message = { subject: string; text: string; html: string }

/** The facts that a message depends on. */
export type MessageFacts = Pick<
  DeliveryFacts,
  | 'prebookId'
  | 'prebookedAt'
  | 'userId'
  | 'bookId'
  | 'bookTitle'
  | 'bookAuthor'
  | 'stockNow'
  | 'notifiedAt'
  | 'notifiedCount'
  | 'copies'
>

/**
 * Writes the message about a broadcast. It promises no copy, since everyone waiting is notified regardless of the number
 * of copies. If the book has sold out again, the message says so.
 */
export function writeMessage(facts: MessageFacts, links: MailLinks): Message {
  const title = oneLine(facts.bookTitle)
  const author = oneLine(facts.bookAuthor)
  const soldOut = facts.stockNow === 0
  const copies = count(facts.copies, 'copy', 'copies')
  const waiting = count(facts.notifiedCount ?? 1, 'reader was', 'readers were')
  const arrival = `${copies} came in, and ${waiting} waiting.`
  const words = soldOut
    ? {
        subject: `“${title}” was back in stock and has sold out again`,
        heading: 'Sold out again',
        lead: `${arrival} There are no copies left.`,
        next: 'Pre-book it again, and we will e-mail you when it returns.',
        action: 'Pre-book again',
      }
    : {
        subject: `“${title}” is back in stock`,
        heading: 'Back in stock',
        lead: arrival,
        next: 'Everyone who was waiting gets this e-mail: first come, first served.',
        action: 'View book',
      }
  const why = `You are receiving this e-mail because you pre-booked this book on ${day(facts.prebookedAt)}.`
  const book = links.bookPage(facts.bookId)
  const cancel = links.cancelPage(facts.prebookId, facts.notifiedAt)
  const unsubscribe = links.unsubscribePage(facts.userId, facts.notifiedAt)
  return {
    subject: words.subject,
    text: `${title}
by ${author}

${words.heading}. ${words.lead}
${words.next}

${words.action}:
${book}

--
${why}

Cancel this pre-booking:
${cancel}

Unsubscribe from pre-booking e-mails:
${unsubscribe}
`,
    html: page({ title, author, why, book, cancel, unsubscribe, ...words }),
  }
}

type PageText = Record<
  | 'subject'
  | 'title'
  | 'author'
  | 'heading'
  | 'lead'
  | 'next'
  | 'action'
  | 'why'
  | 'book'
  | 'cancel'
  | 'unsubscribe',
  string
>

/** Mail programs require inline styles. Only elements that change in dark mode have a class as well. */
function page(text: PageText): string {
  const t = Object.fromEntries(
    Object.entries(text).map(([name, value]) => [name, escapeHtml(value)]),
  ) as PageText
  const font = "font-family:-apple-system,BlinkMacSystemFont,'Segoe UI',Roboto,Helvetica,Arial,sans-serif"
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<title>${t.subject}</title>
<style>
:root { color-scheme: light dark; supported-color-schemes: light dark; }
@media (prefers-color-scheme: dark) {
  .ground { background-color: #14161a !important; }
  .card { background-color: #1f2329 !important; border-color: #343a43 !important; }
  .strong { color: #f2f3f5 !important; }
  .plain { color: #c9ced6 !important; }
  .faint, .faint a { color: #9aa3af !important; }
  .mark { color: #86b7ff !important; }
  .button { background-color: #86b7ff !important; color: #0d1b2e !important; }
  .rule { border-color: #343a43 !important; }
}
</style>
</head>
<body class="ground" style="margin:0;padding:0;background-color:#f3f1ec;-webkit-text-size-adjust:100%">
<table class="ground" role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" style="background-color:#f3f1ec">
<tr><td align="center" style="padding:32px 16px">
<table class="card" role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" style="max-width:560px;background-color:#ffffff;border:1px solid #e2ded5;border-radius:12px">
<tr><td style="padding:32px 32px 28px;${font}">
<p class="mark" style="margin:0 0 20px;font-size:13px;line-height:20px;font-weight:600;color:#1f5fbf">${t.heading}</p>
<h1 class="strong" style="margin:0;font-family:Georgia,'Times New Roman',serif;font-size:28px;line-height:36px;font-weight:600;color:#1c1f24;word-break:break-word;overflow-wrap:anywhere">${t.title}</h1>
<p class="faint" style="margin:6px 0 24px;font-size:15px;line-height:22px;color:#646b76;word-break:break-word;overflow-wrap:anywhere">by ${t.author}</p>
<p class="plain" style="margin:0 0 12px;font-size:16px;line-height:25px;color:#363b43">${t.lead}</p>
<p class="plain" style="margin:0 0 28px;font-size:16px;line-height:25px;color:#363b43">${t.next}</p>
<p style="margin:0"><a class="button" href="${t.book}" style="display:inline-block;padding:13px 24px;border-radius:8px;background-color:#1f5fbf;color:#ffffff;font-size:16px;line-height:20px;font-weight:600;text-decoration:none">${t.action}</a></p>
</td></tr>
<tr><td class="rule faint" style="padding:20px 32px 24px;border-top:1px solid #e2ded5;${font};font-size:13px;line-height:20px;color:#646b76">
${t.why}<br>
<a href="${t.cancel}" style="color:#646b76">Cancel this pre-booking</a> &nbsp;·&nbsp; <a href="${t.unsubscribe}" style="color:#646b76">Unsubscribe from pre-booking e-mails</a>
</td></tr>
</table>
</td></tr>
</table>
</body>
</html>
`
}

/** Escapes text for use between tags or in a quoted attribute. */
function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}

function count(number: number, one: string, many: string): string {
  return `${number.toLocaleString('en')} ${number === 1 ? one : many}`
}

function day(milliseconds: number): string {
  return new Date(milliseconds).toLocaleDateString('en-GB', { dateStyle: 'long', timeZone: 'UTC' })
}
