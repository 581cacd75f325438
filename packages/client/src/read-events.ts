/** A server-sent event. `id` is undefined if the event has no id. */
export type ServerEvent = { type: string; data: string; id: string | undefined }

/**
 * Parses server-sent events as defined by the HTML standard (https://html.spec.whatwg.org/multipage/server-sent-events.html).
 * The `retry` field is ignored, since the client has its own backoff.
 */
export async function* readEvents(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<ServerEvent, void> {
  let event: ServerEvent & { lines: string[] } = blank()
  for await (const line of readLines(chunks)) {
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

async function* readLines(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string, void> {
  const decoder = new TextDecoder()
  // The beginning of a line, in parts: joining them for each chunk would take quadratic time for a long line.
  let parts: string[] = []
  let carriageReturn = ''
  for await (const chunk of chunks) {
    let text = carriageReturn + decoder.decode(chunk, { stream: true })
    // A carriage return at the end of a chunk can be the first half of a line break.
    carriageReturn = text.endsWith('\r') ? '\r' : ''
    if (carriageReturn) text = text.slice(0, -1)
    const [end = '', ...lines] = text.split(/\r\n|\n|\r/)
    parts.push(end)
    const rest = lines.pop()
    if (rest === undefined) continue
    yield parts.join('')
    yield* lines
    parts = [rest]
  }
}
