import { expect, test } from 'vitest'
import { readAnswer } from './read-answer.ts'

const answers = [
  {
    name: 'a content length',
    text: 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello',
    status: 200,
    body: 'hello',
  },
  {
    name: 'chunks',
    text: 'HTTP/1.1 409 Conflict\r\ntransfer-encoding: chunked\r\n\r\n3\r\nhel\r\n2\r\nlo\r\n0\r\n\r\n',
    status: 409,
    body: 'hello',
  },
  { name: 'no body', text: 'HTTP/1.1 204 No Content\r\nX: y\r\n\r\n', status: 204, body: '' },
  { name: 'an empty body', text: 'HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n', status: 200, body: '' },
  {
    name: 'no chunks',
    text: 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    status: 200,
    body: '',
  },
]

test.each(answers)(
  'an answer with $name is complete at its last byte, not earlier',
  ({ text, status, body }) => {
    expect(readAnswer(Buffer.from(text))).toEqual({ status, body })
    for (let length = 0; length < text.length; length += 1) {
      expect(readAnswer(Buffer.from(text.slice(0, length)))).toBeNull()
    }
  },
)

test('a content length counts bytes, not characters', () => {
  const text = 'HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\néé'
  expect(readAnswer(Buffer.from(text))).toEqual({ status: 200, body: 'éé' })
  expect(readAnswer(Buffer.from(text).subarray(0, -1))).toBeNull()
})
