import { describe, expect, test } from 'vitest'
import { readEvents, type ServerEvent } from './read-events.ts'

async function read(...chunks: (string | Uint8Array)[]): Promise<ServerEvent[]> {
  const encoder = new TextEncoder()
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const chunk of chunks)
        controller.enqueue(typeof chunk === 'string' ? encoder.encode(chunk) : chunk)
      controller.close()
    },
  })
  const events: ServerEvent[] = []
  for await (const event of readEvents(body)) events.push(event)
  return events
}

const hello = { type: 'message', data: 'hello', id: undefined }

describe('readEvents', () => {
  test.each([
    ['a single event', ['data: hello\n\n'], [hello]],
    ['a field without a space', ['data:hello\n\n'], [hello]],
    [
      'an event with a type and an id',
      ['event: ping\nid: 7\ndata: x\n\n'],
      [{ type: 'ping', data: 'x', id: '7' }],
    ],
    ['data on several lines', ['data: a\ndata: b\n\n'], [{ ...hello, data: 'a\nb' }]],
    ['Windows line breaks', ['data: hello\r\n\r\ndata: hello\r\n\r\n'], [hello, hello]],
    ['old Mac line breaks', ['data: hello\r\rdata: hello\r\r', '\n'], [hello, hello]],
    ['a chunk boundary inside a line break', ['data: hello\r', '\n\r', '\n'], [hello]],
    ['a comment and an unknown field', [': hi\nretry: 9\nnonsense\ndata: hello\n\n'], [hello]],
    ['an event with only an id', ['id: 3\n\n'], [{ type: 'message', data: '', id: '3' }]],
    ['an invalid id', ['id: a\0b\ndata: hello\n\n'], [hello]],
    ['an incomplete event', ['data: hello\n\ndata: lost\n'], [hello]],
    ['no events', ['\n\n: ping\n\n'], []],
  ])('parses %s', async (_, chunks, events) => {
    expect(await read(...chunks)).toEqual(events)
  })

  test('gives the same result for every chunk boundary', async () => {
    const text = 'event: e\r\nid: 1\r\ndata: Käse 🧀\r\n\r\ndata: b\r\n\r\n'
    const whole = await read(text)
    const bytes = new TextEncoder().encode(text)
    for (let at = 1; at < bytes.length; at += 1) {
      expect(await read(bytes.subarray(0, at), bytes.subarray(at))).toEqual(whole)
    }
    expect(await read(...Array.from(bytes, (byte) => Uint8Array.of(byte)))).toEqual(whole)
  })
})
