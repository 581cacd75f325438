import { hasReason, type PrebookRequestInput } from '@prebook/core'
import type { TestEngine } from '@prebook/db/testing'
import { requestPrebook } from '../guests/request-prebook.ts'
import { startMail, type SmtpSettings } from '../mail/start-mail.ts'
import { collectLog, quick } from './mail-shop.ts'
import { withMail } from './mailed-links.ts'
import { createTestServer, testContext, type TestServer } from './server.ts'

/** The ISBN of the book of {@link openGuestShop}. */
export const isbn = '9780441013593'

/** A shop with a sold-out book and a mail server, whose clock is set by hand. */
export async function openGuestShop(
  engine: TestEngine,
  options: Parameters<typeof createTestServer>[2] = {},
) {
  await using setUp = new AsyncDisposableStack()
  const clock = { ms: Date.now() }
  const server = setUp.use(await createTestServer(engine, () => clock.ms, { ...withMail, ...options }))
  const admin = await server.admin()
  const book = await admin.call.books.create({
    title: 'Dune',
    author: 'Frank Herbert',
    priceCents: 999,
    isbn,
  })
  const disposables = setUp.move()
  return {
    server,
    admin,
    clock,
    bookId: book.id,
    /** Starts to send mail; disposing of the shop stops it. Null: there is no mail server. */
    send(smtp: SmtpSettings | null, log = collectLog()) {
      const mail = startMail(server.services, smtp, log, quick)
      disposables.defer(() => mail.stop(1_000))
      return mail
    },
    [Symbol.asyncDispose]: () => disposables.disposeAsync(),
  }
}

/** Asks for a pre-booking from a network. Returns `ok` or `RATE_LIMITED`. */
export async function ask(
  { services }: TestServer,
  input: Pick<PrebookRequestInput, 'email' | 'bookId' | 'website' | 'proof'> & {
    locale?: PrebookRequestInput['locale']
  },
  address = '127.0.0.1',
): Promise<string> {
  const context = testContext(services)
  const request = { ...context.request, address }
  try {
    const { ok } = await requestPrebook({ ...context, request }, { locale: 'en', ...input })
    return ok ? 'ok' : 'not ok'
  } catch (error) {
    if (hasReason(error, 'RATE_LIMITED')) return 'RATE_LIMITED'
    throw error
  }
}
