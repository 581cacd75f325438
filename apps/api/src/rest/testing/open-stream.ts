/** An event of a stream. */
type StreamEvent = { event: string | null; id: string | null; data: unknown }

/** A stream of REST that is being read. */
export type OpenStream = AsyncDisposable & {
  status: number
  headers: Headers
  /** What was received so far. */
  text(): string
  /** The events received so far. */
  events(): StreamEvent[]
  /** Whether the server has ended it. */
  ended(): boolean
}

/** Opens a stream as any HTTP client does. */
export async function openStream(address: string, headers: Record<string, string>): Promise<OpenStream> {
  const leaving = new AbortController()
  const response = await fetch(address, { headers, signal: leaving.signal })
  let text = ''
  let ended = false
  const read = async () => {
    const decoder = new TextDecoder()
    for await (const chunk of response.body ?? [])
      text += decoder.decode(chunk as Uint8Array, { stream: true })
    ended = true
  }
  const reading = read().catch(() => {})
  return {
    status: response.status,
    headers: response.headers,
    text: () => text,
    events: () => parseEvents(text),
    ended: () => ended,
    async [Symbol.asyncDispose]() {
      leaving.abort()
      await reading
    },
  }
}

/** The complete events in a text, without comments. */
function parseEvents(text: string): StreamEvent[] {
  const blocks = text.split('\n\n').slice(0, -1)
  return blocks.flatMap((block) => {
    const field = (name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(block)?.[1] ?? null
    const data = field('data')
    return data === null
      ? []
      : [{ event: field('event'), id: field('id'), data: JSON.parse(data) as unknown }]
  })
}
