import type { RouterOutputs } from '@prebook/client'
import { UnexpectedAnswer } from './checks.ts'
import { eventually } from './eventually.ts'
import { NOTHING, type ReaderPrebook, type Stage } from './stage.ts'

type Delivery = RouterOutputs['deliveries']['list']['items'][number]

/** Whoever was notified has an e-mail too, and nobody else. */
export async function mailsCome(stage: Stage, places: ReaderPrebook[], notifiedAt: string): Promise<void> {
  const { screen, checks, readers, books, url } = stage
  const { Ben } = readers
  screen.act('Everybody who was notified gets an e-mail; who had cancelled gets none')

  const notified = books.alreadyWaiting.wanted + 3
  const kept = await eventually(`${notified} e-mails`, stage.patienceMs, async () => {
    const mails = await mailsSince(stage, notifiedAt, 'held')
    return mails.length >= notified ? mails : null
  })
  const all = await mailsSince(stage, notifiedAt)
  checks.same('how many e-mails there are', all.length, notified)
  checks.same('how many of them are kept', kept.length, notified)

  const rows: string[][] = []
  for (const { reader, book, prebook } of places) {
    if (book.id !== books.wanted.id) continue
    const mail = kept.find(({ prebookId }) => prebookId === prebook.id)
    checks.same(
      `to whom the e-mail about ${reader.name}'s pre-booking goes`,
      mail?.email,
      reader === Ben ? undefined : reader.email,
    )
    if (mail === undefined) {
      rows.push([reader.name, NOTHING, screen.style('dim', 'none')])
      continue
    }
    const subject = await subjectOf(`${url}/dev/mail/${mail.id}`)
    checks.same(`the subject of ${reader.name}'s e-mail`, subject, `“${book.title}” is back in stock`)
    rows.push([reader.name, mail.email, screen.style('green', subject)])
  }
  checks.same(
    `e-mails to ${Ben.name}`,
    all.filter(({ email }) => email === Ben.email),
    [],
  )
  screen.table(rows, ['reader', 'e-mail to', 'subject'])
  screen.tell()
  screen.tell(`Others got ${notified - 3} more. The demo has no mail server, so all are kept:`)
  screen.tell(`${url}/dev/mail`)
}

/** The e-mails about the broadcast. */
async function mailsSince(
  { admin, books }: Stage,
  notifiedAt: string,
  state?: Delivery['state'],
): Promise<Delivery[]> {
  const page = { bookId: books.wanted.id, limit: 100, ...(state === undefined ? {} : { state }) }
  const { items } = await admin.client.deliveries.list.query(page)
  return items.filter(({ queuedAt }) => queuedAt >= notifiedAt)
}

/** A message is a page of its own, with the subject as its title. */
async function subjectOf(address: string): Promise<string> {
  const response = await fetch(address)
  const [, title] = /<title>(.*)<\/title>/.exec(await response.text()) ?? []
  if (!response.ok || title === undefined) {
    throw new UnexpectedAnswer(`There is no message at ${address}: it answers ${response.status}.`)
  }
  return title
}
