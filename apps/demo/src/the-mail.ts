import type { RouterOutputs } from '@prebook/client'
import { UnexpectedAnswer } from './checks.ts'
import { eventually } from './eventually.ts'
import { NOTHING, type ReaderPrebook, type Stage } from './stage.ts'

type Delivery = RouterOutputs['deliveries']['list']['items'][number]

/** Each notified reader gets an e-mail, and no other reader does. */
export async function mailsArrive(stage: Stage, placed: ReaderPrebook[], notifiedAt: string): Promise<void> {
  const { screen, checks, readers, books, url } = stage
  const { Ben } = readers
  screen.act(`Each notified reader gets an e-mail; ${Ben.name}, who cancelled, does not`)

  const notified = books.alreadyWaiting.wanted + 3
  const held = await eventually(`${notified} e-mails`, stage.timeoutMs, async () => {
    const mails = await mailsSince(stage, notifiedAt, 'held')
    return mails.length >= notified ? mails : null
  })
  const all = await mailsSince(stage, notifiedAt)
  checks.same('the number of e-mails', all.length, notified)
  checks.same('the number of held e-mails', held.length, notified)

  const rows: string[][] = []
  for (const { reader, book, prebook } of placed) {
    if (book.id !== books.wanted.id) continue
    const mail = held.find(({ prebookId }) => prebookId === prebook.id)
    checks.same(
      `the recipient of the e-mail about ${reader.name}'s pre-booking`,
      mail?.email,
      reader === Ben ? undefined : reader.email,
    )
    if (mail === undefined) {
      rows.push([reader.name, NOTHING, screen.style('dim', 'none')])
      continue
    }
    const subject = await subjectOf(`${url}/dev/mail/${mail.id}`)
    checks.same(`the subject of ${reader.name}'s e-mail`, subject, `“${book.title}” is back in stock`)
    rows.push([reader.name, mail.email ?? NOTHING, screen.style('green', subject)])
  }
  checks.same(
    `the e-mails to ${Ben.name}`,
    all.filter(({ email }) => email === Ben.email),
    [],
  )
  screen.table(rows, ['reader', 'e-mail to', 'subject'])
  screen.indented()
  screen.indented(
    `${notified - 3} more went to other readers. The demo has no mail server, so you can read them here:`,
  )
  screen.indented(`${url}/dev/mail`)
}

/** The e-mails of the broadcast. */
async function mailsSince(
  { admin, books }: Stage,
  notifiedAt: string,
  state?: Delivery['state'],
): Promise<Delivery[]> {
  const page = { bookId: books.wanted.id, limit: 100, ...(state === undefined ? {} : { state }) }
  const { items } = await admin.client.deliveries.list.query(page)
  return items.filter(({ queuedAt }) => queuedAt >= notifiedAt)
}

/** The subject of a message, which is the title of its preview page. */
async function subjectOf(address: string): Promise<string> {
  const response = await fetch(address)
  const [, title] = /<title>(.*)<\/title>/.exec(await response.text()) ?? []
  if (!response.ok || title === undefined) {
    throw new UnexpectedAnswer(`No message at ${address} (status ${response.status}).`)
  }
  return title
}
