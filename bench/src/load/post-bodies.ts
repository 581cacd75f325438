import { once } from 'node:events'
import { Worker } from 'node:worker_threads'

/**
 * Posts bodies without pause, one connection for each of `bodies`, until stopped. Resolves once each has been posted.
 */
export async function postBodies(
  url: string,
  { path, bodies }: { path: string; bodies: readonly string[] },
): Promise<{ stop(): Promise<number> }> {
  const workers = bodies.map((body) => {
    const head = `POST ${path} HTTP/1.1\r\nhost: bench\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n`
    const workerData = { url, bytes: Buffer.from(head + body) }
    return new Worker(new URL('body-poster.ts', import.meta.url), { workerData })
  })
  await Promise.all(workers.map((worker) => once(worker, 'message')))
  return {
    /** Returns how many were answered or cut off. */
    async stop() {
      const counts = await Promise.all(
        workers.map(async (worker) => {
          const counted = once(worker, 'message')
          // oxlint-disable-next-line unicorn/require-post-message-target-origin -- applies to windows; this is a thread
          worker.postMessage('stop')
          const [[count]] = await Promise.all([counted, once(worker, 'exit')])
          return Number(count)
        }),
      )
      return counts.reduce((total, count) => total + count, 0)
    },
  }
}
