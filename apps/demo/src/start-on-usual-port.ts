import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'
import { spawnApi, type ApiProcess } from '@prebook/testing/api'

/** The default port, which documentation and examples use. */
export const USUAL_PORT = 8787

/** Settings that differ from those of a real shop. */
export const demoEnvironment = {
  // High limits, so that trying things out never hits them.
  REGISTRATIONS_PER_HOUR: '10000',
  LOGIN_FAILURES_PER_HOUR: '10000',
  MAIL_PREVIEW: '1',
}

/** Starts the API on the usual port, or on a free one if that is in use. Loopback only. */
export async function startOnUsualPort(databaseUrl: string): Promise<ApiProcess> {
  try {
    return await startOnPort(databaseUrl, USUAL_PORT)
  } catch (error) {
    // Checking the port first would be a race.
    if (!(error instanceof Error && error.message.includes('Cannot listen on'))) throw error
    return startOnPort(databaseUrl, await freePort())
  }
}

function startOnPort(databaseUrl: string, port: number): Promise<ApiProcess> {
  // Links to the pages of guests have the address, which must be known before the start.
  const env = { ...demoEnvironment, PORT: String(port), PUBLIC_URL: `http://127.0.0.1:${port}` }
  return spawnApi({ databaseUrl, env })
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}
