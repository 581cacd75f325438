import { createClient } from '@prebook/client'
import { UnexpectedAnswer } from './checks.ts'
import { eventually } from './eventually.ts'
import type { Stage } from './stage.ts'

/** Someone without an account, of whom nothing is stored at first. */
const guest = 'gus@guests.example'

/** A visitor without an account pre-books with an e-mail address, and confirms by the link in the e-mail. */
export async function guestPrebooks({ screen, checks, timeoutMs, books, url }: Stage): Promise<void> {
  screen.act('A guest pre-books with an e-mail address alone')

  const client = createClient({ url })
  const isbn = books.other.isbn ?? ''
  const waiting = async () =>
    (await client.books.availability.query({ isbn: [isbn] })).items.map((book) => book.waiting)
  const before = books.alreadyWaiting.other + 2
  checks.same('the readers waiting before the guest', await waiting(), [before])
  await client.prebooks.request.mutate({ isbn, email: guest })
  checks.same('the readers waiting before the guest confirms', await waiting(), [before])
  const token = await eventually('the e-mail with the link', timeoutMs, () => mailedToken(url))

  const confirmed = await client.prebooks.confirm.mutate({ token })
  checks.same('the book of the guest', confirmed.bookTitle, books.other.title)
  checks.same("the status of the guest's pre-booking", confirmed.status, 'waiting')
  checks.same('the place of the guest', confirmed.queuePosition, before + 1)
  checks.same('the link to the page of the guest', /\/mail\/manage\?token=/.test(confirmed.manageUrl), true)
  const again = await client.prebooks.confirm.mutate({ token })
  checks.same('the pre-booking when the link is used again', again.id, confirmed.id)
  checks.same('the readers waiting after the guest', await waiting(), [before + 1])
  screen.table([
    [guest, `asks for ${books.other.title}`, `${before} waiting, nothing stored`],
    ['', 'confirms by the link in the e-mail', `${before + 1} waiting, place ${confirmed.queuePosition}`],
    ['', 'uses the link again', `no. ${again.id}, as before`],
  ])
  screen.indented()
  screen.indented('Each e-mail has a link to the page of the guest, to cancel or to have everything erased.')
}

/** The token in the newest e-mail to the guest that asks for a confirmation; null before it is there. */
async function mailedToken(url: string): Promise<string | null> {
  const response = await fetch(`${url}/dev/mail`)
  if (!response.ok) throw new UnexpectedAnswer(`No e-mails at ${response.url} (status ${response.status}).`)
  return /\/mail\/confirm\?token=([\w.-]+)/.exec(await response.text())?.[1] ?? null
}
