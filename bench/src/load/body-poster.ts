import { parentPort, workerData } from 'node:worker_threads'
import { openConnection } from './connection.ts'

// Posts one body after another, each on a connection of its own, from a thread of its own: writing megabytes would delay
// the requests that are measured.

const { url, bytes } = workerData as { url: string; bytes: Uint8Array }
const request = Buffer.from(bytes)
let answered = 0
parentPort?.once('message', () => {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- applies to windows; this is a thread
  parentPort?.postMessage(answered)
  process.exit()
})

for (;;) {
  const connection = await openConnection(url)
  // The server may close the connection before its answer has been read.
  const answer = await connection.send(request).catch(() => null)
  if (answer !== null && answer.status < 400) throw new Error(`A body was answered with ${answer.status}.`)
  connection.close()
  answered += 1
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- as above
  if (answered === 1) parentPort?.postMessage('posting')
}
