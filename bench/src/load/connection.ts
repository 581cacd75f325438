import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { readAnswer } from './read-answer.ts'

/** An answer: its status and, as text, its body. */
export type Answer = { status: number; body: string }

/**
 * A kept-alive connection that sends one request at a time. It does no more than it must: what the load generator costs
 * would be measured as the server's.
 */
export type Connection = { send(bytes: Buffer): Promise<Answer>; close(): void }

/** After so long without a request a server may close a connection, in milliseconds: Node's does after 5 seconds. */
const IDLE_MS = 3_000

/** Connects to a server on this machine; and again, when a request comes after the connection has been idle for long. */
export async function openConnection(url: string): Promise<Connection> {
  let line = await connected(url)
  let usedAt = performance.now()
  const renewed = async (bytes: Buffer) => {
    line.close()
    line = await connected(url)
    return line.send(bytes)
  }
  return {
    send(bytes) {
      const idleMs = performance.now() - usedAt
      usedAt = performance.now()
      return idleMs > IDLE_MS ? renewed(bytes) : line.send(bytes)
    },
    close: () => line.close(),
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
