import { describe, expect, test } from 'vitest'
import { engines } from '@prebook/db/testing'
import type { Mail } from '../content/compose-mail.ts'
import { createSmtpConnector } from './connection.ts'
import { readConnectFailure, readSendFailure } from './failure.ts'
import { tlsOptions, type SmtpServerSettings } from './tls.ts'
import { collectLog, openMailShop, quick, settings, until } from '../../testing/mail-shop.ts'
import { authority as ca } from '../../testing/smtp-certificates.ts'
import { startTestSmtp, type TestSmtp } from '../../testing/smtp-server.ts'

const mail: Mail = {
  envelope: { from: 'shop@books.example', to: 'reader@example.org' },
  raw: Buffer.from('Subject: Dune\r\n\r\nIt is back.\r\n'),
}

/** An address of this machine that is not on the loopback interface by name. The tests' certificate is for it. */
const ELSEWHERE = '0.0.0.0'
const login = { user: 'shop', password: 'secret' }

/** Sends a mail: whether it arrived `encrypted` or `plain`, or else the text of the failure. */
async function send(smtp: TestSmtp, some: Partial<SmtpServerSettings>, password: boolean): Promise<string> {
  const url = password ? smtp.url.replace('//', '//shop:secret@') : smtp.url
  try {
    const connection = await createSmtpConnector({ url, ...some }).connect(new AbortController().signal)
    await connection.send(mail, async () => true)
    connection.quit()
  } catch (error) {
    if (smtp.arrived.length > 0) throw error
    return readConnectFailure(error).text
  }
  const [arrived] = smtp.arrived
  return arrived?.secure === true ? 'encrypted' : 'plain'
}

const encrypted = /^encrypted$/
const plain = /^plain$/
const unverified = /SMTP_CA_FILE .*SMTP_TLS=opportunistic/
const notOffered = /does not offer STARTTLS.*SMTP_TLS=off/

test.each([
  { offers: 'starttls', tls: undefined, result: encrypted },
  { offers: 'starttls', tls: 'require', result: encrypted },
  { offers: 'starttls', tls: 'opportunistic', result: encrypted },
  { offers: 'starttls', tls: 'off', result: plain },
  { offers: 'smtps', tls: undefined, result: encrypted },
  { offers: 'smtps', tls: 'require', result: encrypted },
  { offers: undefined, tls: undefined, result: plain },
  { offers: undefined, tls: 'require', result: notOffered },
] as const)(
  'to a server on the loopback interface that offers $offers, whose certificate is not verified, with SMTP_TLS $tls: $result',
  async ({ offers, tls, result }) => {
    await using smtp = await startTestSmtp({ login, ...(offers !== undefined && { tls: offers }) })
    expect(await send(smtp, { tls }, true)).toMatch(result)
  },
)

test.each([
  // The default: with a password, smtps:// or an authority, a verified certificate is required.
  { offers: 'starttls', password: true, some: { ca }, result: encrypted },
  { offers: 'starttls', password: true, some: {}, result: unverified },
  { offers: undefined, password: true, some: {}, result: notOffered },
  { offers: 'smtps', password: false, some: { ca }, result: encrypted },
  { offers: 'smtps', password: false, some: {}, result: unverified },
  { offers: undefined, password: false, some: { ca }, result: notOffered },
  { offers: 'starttls', password: false, some: {}, result: encrypted },
  { offers: undefined, password: false, some: {}, result: plain },

  { offers: 'starttls', password: false, some: { tls: 'require', ca }, result: encrypted },
  { offers: 'starttls', password: false, some: { tls: 'require' }, result: unverified },
  { offers: undefined, password: false, some: { tls: 'require' }, result: notOffered },

  { offers: 'starttls', password: true, some: { tls: 'opportunistic' }, result: encrypted },
  { offers: 'smtps', password: true, some: { tls: 'opportunistic' }, result: encrypted },
  { offers: undefined, password: false, some: { tls: 'opportunistic' }, result: plain },
  { offers: undefined, password: true, some: { tls: 'opportunistic' }, result: notOffered },

  { offers: 'starttls', password: false, some: { tls: 'off' }, result: plain },
  { offers: undefined, password: true, some: { tls: 'off' }, result: plain },
] as const)(
  'to a server elsewhere that offers $offers, with password $password and $some: $result',
  async ({ offers, password, some, result }) => {
    await using smtp = await startTestSmtp({
      host: ELSEWHERE,
      ...(offers !== undefined && { tls: offers }),
      ...(password && { login }),
    })
    expect(await send(smtp, some, password)).toMatch(result)
  },
)

test('names SMTP_URL and SMTP_TLS when the server does not speak TLS where smtps:// expects it', async () => {
  await using smtp = await startTestSmtp()
  expect(await send(smtp, { url: smtp.url.replace('smtp:', 'smtps:') }, false)).toMatch(/SMTP_URL.*SMTP_TLS/)
})

test('names SMTP_URL when the certificate is for another name', async () => {
  await using smtp = await startTestSmtp({ host: ELSEWHERE, tls: 'starttls' })
  // A name of this machine that the certificate does not have.
  const url = smtp.url.replace(ELSEWHERE, '[::ffff:127.0.0.1]')
  expect(await send(smtp, { url, ca }, false)).toMatch(/Use the name in the certificate in SMTP_URL/)
})

test('names SMTP_TLS when the server insists on encryption', () => {
  const response = '530 5.7.0 Must issue a STARTTLS command first'
  const failure = readSendFailure(Object.assign(new Error('No'), { responseCode: 530, response }))
  expect(failure).toMatchObject({ kind: 'server', text: expect.stringContaining('SMTP_TLS=require') })
})

test.each(['localhost', 'LOCALHOST', '127.0.0.1', '127.1.2.3', '[::1]', '[0:0:0:0:0:0:0:1]'])(
  '%s is on the loopback interface',
  (host) => {
    expect(tlsOptions({ url: `smtps://${host}` }).tls?.rejectUnauthorized).toBe(false)
  },
)

test.each(['localhost.example.org', '127.0.0.1.example.org', '128.0.0.1', '[::2]', '0.0.0.0'])(
  '%s is not on the loopback interface',
  (host) => {
    expect(tlsOptions({ url: `smtps://${host}` }).tls?.rejectUnauthorized).toBe(true)
  },
)

describe.each(engines)('mail on $name', (engine) => {
  test('waits while the certificate cannot be verified, the log names the setting, and it is sent once it is set', async () => {
    await using smtp = await startTestSmtp({ host: ELSEWHERE, tls: 'starttls', login })
    await using shop = await openMailShop(engine)
    const { bookId } = await shop.wait(3)
    const log = collectLog()
    const server = smtp.url.replace('//', '//shop:secret@')
    const refusing = shop.start(settings(server, { tries: 1 }), quick, log)
    await shop.restock(bookId)
    const line = await until('the certificate is refused', () =>
      log.lines.find(({ message }) => message.startsWith('mail server unavailable')),
    )
    expect(JSON.stringify(line.fields)).toMatch(/unable to verify.*SMTP_CA_FILE/)
    await refusing.stop(1_000)
    expect(await shop.deliveries()).toMatchObject([{ attempts: 0 }, { attempts: 0 }, { attempts: 0 }])

    shop.start(settings(server, { tries: 1, ca }))
    expect((await shop.settled(3)).map(({ state }) => state)).toEqual(['sent', 'sent', 'sent'])
    expect(smtp.arrived.every(({ secure }) => secure)).toBe(true)
  })
})
