import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { readAnswer } from './read-answer.ts'

/** The status and body of an answer. */
export type Answer = { status: number; body: string }

/**
 * A keep-alive connection that sends one request at a time. It does as little as possible, because the cost of the load
 * generator would be measured as the server's.
 */
export type Connection = { send(bytes: Buffer): Promise<Answer>; close(): void }

/** Idle time after which to reconnect, in milliseconds. Node's server closes idle connections after 5 seconds. */
const IDLE_MS = 3_000

/** Connects to a server on this machine, and reconnects when a request follows a long idle time. */
export async function openConnection(url: string): Promise<Connection> {
  let current = await connected(url)
  let usedAt = performance.now()
  const reconnectAndSend = async (bytes: Buffer) => {
    current.close()
    current = await connected(url)
    return current.send(bytes)
  }
  return {
    send(bytes) {
      const idleMs = performance.now() - usedAt
      usedAt = performance.now()
      return idleMs > IDLE_MS ? reconnectAndSend(bytes) : current.send(bytes)
    },
    close: () => current.close(),
  }
}

async function connected(url: string): Promise<Connection> {
  const { hostname, port } = new URL(url)
  const socket = connect({ host: hostname, port: Number(port), noDelay: true })
  await once(socket, 'connect')
  return onSocket(socket)
}

function onSocket(socket: Socket): Connection {
  let received: Buffer = Buffer.alloc(0)
  let waiting: PromiseWithResolvers<Answer> | null = null
  const fail = (error: Error) => {
    waiting?.reject(error)
    waiting = null
  }
  socket.on('data', (chunk: Buffer) => {
    received = received.length === 0 ? chunk : Buffer.concat([received, chunk])
    const answer = readAnswer(received)
    if (answer === null) return
    received = Buffer.alloc(0)
    waiting?.resolve(answer)
    waiting = null
  })
  socket.on('error', fail)
  socket.on('close', () => fail(new Error('The server closed the connection.')))
  return {
    send(bytes) {
      if (socket.destroyed) return Promise.reject(new Error('The server has closed the connection.'))
      waiting = Promise.withResolvers<Answer>()
      socket.write(bytes)
      return waiting.promise
    },
    close: () => socket.destroy(),
  }
}
