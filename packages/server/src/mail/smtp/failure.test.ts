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
  expect(readSendFailure(failed(fields))).toEqual({ kind, pausesAll, text: 'Message failed' })
})

test('a failure to connect concerns the server, whatever its reply', () => {
  expect(readConnectFailure(failed({ responseCode: 535, response: '535 5.7.8 No' }))).toEqual({
    kind: 'server',
    pausesAll: true,
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
