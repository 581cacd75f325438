/** An event of a stream of server-sent events. `id` is undefined where the event has none of its own. */
export type ServerEvent = { type: string; data: string; id: string | undefined }

/**
 * Reads server-sent events, as the HTML standard defines them (https://html.spec.whatwg.org/multipage/server-sent-events.html),
 * without `retry`: how long to wait before connecting again is the client's own business.
 */
export async function* readEvents(body: ReadableStream<Uint8Array>): AsyncGenerator<ServerEvent, void> {
  let event: ServerEvent & { lines: string[] } = blank()
  for await (const line of readLines(body)) {
    if (line === '') {
      if (event.lines.length > 0 || event.id !== undefined) {
        yield { type: event.type, data: event.lines.join('\n'), id: event.id }
      }
      event = blank()
      continue
    }
    const colon = line.indexOf(':')
    const field = colon < 0 ? line : line.slice(0, colon)
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '')
    if (field === 'data') event.lines.push(value)
    else if (field === 'event') event.type = value || 'message'
    else if (field === 'id' && !value.includes('\0')) event.id = value
  }
}

function blank() {
  return { type: 'message', data: '', id: undefined, lines: [] }
}

async function* readLines(body: ReadableStream<Uint8Array>): AsyncGenerator<string, void> {
  const reader = body.getReader()
  const decoder = new TextDecoder()
  let text = ''
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return
      text += decoder.decode(value, { stream: true })
      // A carriage return at the very end may be the first half of a line's end.
      const lines = text.split(/\r\n|\n|\r(?!$)/)
      text = lines.pop() ?? ''
      yield* lines
    }
  } finally {
    // Whoever stops in between lets go of the connection.
    await reader.cancel().catch(() => {})
  }
}
