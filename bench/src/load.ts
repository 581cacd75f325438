import { Agent, request } from 'node:http'

export type Load = { perSecond: number; p50Ms: number; p99Ms: number }

export type Shot = { path: string; headers: Record<string, string>; body: string }

/**
 * Sends requests over kept-alive connections, so many at a time, and measures each.
 *
 * @throws Error at the first answer whose status is not the expected one
 */
export async function shoot(
  url: string,
  options: { shots: Shot[]; clients: number; status: number },
): Promise<Load> {
  const agent = new Agent({ keepAlive: true, maxSockets: options.clients })
  const waits: number[] = []
  let next = 0
  const client = async () => {
    for (let shot = options.shots[next++]; shot !== undefined; shot = options.shots[next++]) {
      const started = performance.now()
      const status = await send(agent, url, shot)
      if (status !== options.status) throw new Error(`${shot.path} was answered ${status}.`)
      waits.push(performance.now() - started)
    }
  }
  const started = performance.now()
  await Promise.all(Array.from({ length: options.clients }, client))
  const seconds = (performance.now() - started) / 1000
  agent.destroy()
  const sorted = waits.toSorted((a, b) => a - b)
  const quantile = (share: number) =>
    sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0
  return { perSecond: sorted.length / seconds, p50Ms: quantile(0.5), p99Ms: quantile(0.99) }
}

function send(agent: Agent, url: string, shot: Shot): Promise<number> {
  return new Promise((resolve, reject) => {
    const headers = { ...shot.headers, 'content-length': String(Buffer.byteLength(shot.body)) }
    const sent = request(url + shot.path, { agent, method: 'POST', headers }, (response) => {
      response.resume().on('end', () => resolve(Number(response.statusCode)))
    })
    sent.on('error', reject).end(shot.body)
  })
}
