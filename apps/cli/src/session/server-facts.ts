import { RESPONSE_TIMEOUT_MS, explainFailure, notAvailable, notPrebook } from './network-failure.ts'

/** The public state of a server. */
export type ServerFacts = {
  /** Whether it accepts requests. A server that is stopping or has no database does not. */
  ready: boolean
  /** Its own description, such as `ready` or `database unavailable`. */
  state: string
  version: string
  /** The fastest of a few response times, in milliseconds. */
  latencyMs: number
}

/** The first response includes the connection time; the next ones show the speed of the server. */
const PROBES = 3

/**
 * Reads the state and version of a server. This is the only place that bypasses the typed client, because `/readyz` and
 * `/openapi.json` are not procedures.
 *
 * @throws NetworkError when the server is unreachable or not a Prebook server
 */
export async function readServerFacts(address: string): Promise<ServerFacts> {
  const latencies: number[] = []
  let health: unknown = null
  let ready = false
  for (let probe = 0; probe < PROBES; probe += 1) {
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
    const response = await fetch(address + path, { signal: AbortSignal.timeout(RESPONSE_TIMEOUT_MS) })
    status = response.status
    const body: unknown = await response.json()
    return { ok: response.ok, body }
  } catch (error) {
    // Prebook itself responds with JSON; this is a proxy.
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
