import { ANSWER_WITHIN_MS, explainFailure, notAvailable, notPrebook } from './network-failure.ts'

/** What a server says of itself to whoever asks. */
export type ServerFacts = {
  /** Whether it serves requests; a server that is stopping, or whose database does not answer, does not. */
  ready: boolean
  /** In its own words, such as `ready` or `database unavailable`. */
  state: string
  version: string
  /** How long the fastest of a few answers took, in milliseconds. */
  latencyMs: number
}

/** The first answer pays for the connection; the next ones show how fast the server is. */
const ANSWERS = 3

/**
 * Asks a server how it is. This is the one place that goes past the typed client: being ready and of which version are
 * not procedures but pages, `/readyz` for load balancers and `/openapi.json` for everybody.
 *
 * @throws NetworkError when it is not reached or is no Prebook server
 */
export async function readServerFacts(address: string): Promise<ServerFacts> {
  const latencies: number[] = []
  let health: unknown = null
  let ready = false
  for (let answer = 0; answer < ANSWERS; answer += 1) {
    const start = performance.now()
    const { ok, body } = await get(address, '/readyz')
    latencies.push(performance.now() - start)
    health = body
    ready = ok
  }
  const { body: document } = await get(address, '/openapi.json')
  const state = textAt(health, ['status'])
  const version = textAt(document, ['info', 'version'])
  if (state === null || version === null || textAt(document, ['info', 'title']) !== 'Prebook')
    throw notPrebook(address)
  return { ready, state, version, latencyMs: Math.round(Math.min(...latencies) * 10) / 10 }
}

async function get(address: string, path: string): Promise<{ ok: boolean; body: unknown }> {
  let status = 0
  try {
    const response = await fetch(address + path, { signal: AbortSignal.timeout(ANSWER_WITHIN_MS) })
    status = response.status
    const body: unknown = await response.json()
    return { ok: response.ok, body }
  } catch (error) {
    // Prebook itself says so in JSON.
    if (error instanceof SyntaxError && status >= 502 && status <= 504) throw notAvailable(address, status)
    throw explainFailure(address, error, error)
  }
}

function textAt(value: unknown, path: string[]): string | null {
  let found = value
  for (const key of path) {
    if (typeof found !== 'object' || found === null) return null
    found = (found as Record<string, unknown>)[key]
  }
  return typeof found === 'string' ? found : null
}
