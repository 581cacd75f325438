import { expect, test } from 'vitest'
import { failureText, readConnectFailure, readSendFailure } from './failure.ts'

/** An error as nodemailer makes it. */
const failed = (fields: { code?: string; responseCode?: number; command?: string; response?: string }) =>
  Object.assign(new Error('Message failed'), fields)

test.each([
  [{ responseCode: 550, command: 'RCPT TO' }, 'refused', false],
  [{ responseCode: 554, command: 'DATA' }, 'refused', false],
  [{ responseCode: 552, command: 'MAIL FROM' }, 'refused', false],
  [{ responseCode: 450, command: 'RCPT TO' }, 'later', false],
  [{ responseCode: 451, command: 'DATA' }, 'later', false],
  [{ responseCode: 421, command: 'CONN' }, 'later', true],
  [{ responseCode: 530, command: 'MAIL FROM' }, 'server', true],
  [{ responseCode: 535, command: 'MAIL FROM' }, 'server', true],
  [{ code: 'ECONNECTION', command: 'API' }, 'server', false],
  [{ code: 'ECONNECTION', command: 'CONN' }, 'later', true],
  [{ code: 'ESOCKET', command: 'CONN' }, 'later', true],
  [{ code: 'ETIMEDOUT', command: 'CONN' }, 'later', true],
  [{ code: 'EENVELOPE', command: 'API' }, 'refused', false],
  [{ code: 'EMESSAGE', command: 'MAIL FROM' }, 'refused', false],
] as const)('a message that failed with %j is %s', (fields, kind, pausesAll) => {
  expect(readSendFailure(failed(fields))).toMatchObject({ kind, pausesAll, text: 'Message failed' })
})

test.each([
  // Permanent: the mailbox or its domain, or no reason in reply to RCPT.
  ['550 5.1.1 No such user', 'RCPT TO', true],
  ['550 5.1.2 No such domain', 'DATA', true],
  ['550-5.1.10 Null MX', 'RCPT TO', true],
  ['550 No such user', 'RCPT TO', true],
  ['551 User not local', 'RCPT TO', true],
  ['553 Mailbox name not allowed', 'RCPT TO', true],
  ['550 5.1.7 Bad sender', 'RCPT TO', false],
  ['550 5.1.8 Bad sender domain', 'MAIL FROM', false],
  ['550 5.7.1 Blocked', 'RCPT TO', false],
  ['552 5.2.2 Mailbox full', 'RCPT TO', false],
  ['554 No', 'RCPT TO', false],
  ['550 Spam', 'DATA', false],
  ['550 No', 'MAIL FROM', false],
  // Temporary: in reply to RCPT, unless a policy or the system is the reason.
  ['450 Try later', 'RCPT TO', true],
  ['450 4.2.0 Greylisted', 'RCPT TO', true],
  ['452 4.2.2 Mailbox full', 'RCPT TO', true],
  ['452 4.2.2 Mailbox full', 'DATA', true],
  ['450 4.7.1 Greylisted', 'RCPT TO', false],
  ['452 4.3.1 Disk full', 'RCPT TO', false],
  ['451 Try later', 'DATA', false],
  ['421 4.2.1 Closing', 'RCPT TO', false],
] as const)('the reply %j to %s concerns the recipient: %s', (response, command, recipient) => {
  const responseCode = Number(response.slice(0, 3))
  expect(readSendFailure(failed({ response, responseCode, command })).recipient).toBe(recipient)
})

test('a failure to connect concerns the server, whatever its reply', () => {
  expect(readConnectFailure(failed({ responseCode: 535, response: '535 5.7.8 No' }))).toEqual({
    kind: 'server',
    pausesAll: true,
    recipient: false,
    text: '535 5.7.8 No',
  })
})

test('the error text is a single line of bounded length, without tokens', () => {
  const response = `550 5.7.1 \u0007Blocked:\r\nhttps://books.example/mail/cancel?token=12.34.abc_-DEF>${'x'.repeat(900)}\ud800`
  const text = failureText(failed({ response }))
  expect(text).toMatch(/^550 5\.7\.1 Blocked: https:\/\/books\.example\/mail\/cancel\?token=…>x+…$/)
  expect(text.length).toBe(300)
  expect(failureText('nothing')).toBe('nothing')
})
