import { runQuietly } from './hooks.ts'
import manifest from '../package.json' with { type: 'json' }

/** The request header with the version of this client. */
export const CLIENT_HEADER = 'prebook-client'
/** The response header with the version of the server. */
const SERVER_HEADER = 'prebook-version'

/** The version of this client. */
export const CLIENT_VERSION = manifest.version
/** The oldest server that has everything this client can call. Stated for users in docs/versions.md. */
export const OLDEST_SERVER = '0.1.0'

/** What clients in this process have warned about, so that a client for each request does not repeat it. */
const warned = new Set<string>()

/**
 * Checks the version that a server sends. If it is older than {@link OLDEST_SERVER}, it warns once for each server. A server
 * that sends none is not reported: a proxy may have removed the header. It never throws.
 */
export function createVersionCheck(
  // oxlint-disable-next-line no-console -- the place where developers look
  onWarning: (message: string) => void = (message) => console.warn(message),
) {
  return (url: string, { headers }: Response): void => {
    const version = headers.get(SERVER_HEADER)
    if (version === null || !isOlder(version, OLDEST_SERVER)) return
    const { origin } = new URL(url)
    const message = `${origin} runs Prebook ${version}, and @prebook/client ${CLIENT_VERSION} needs ${OLDEST_SERVER} or newer. Update the server, or use an older client.`
    if (warned.has(message)) return
    warned.add(message)
    void runQuietly('onWarning', () => onWarning(message))
  }
}

/**
 * Whether a request may carry {@link CLIENT_HEADER} at no cost. A page that reads from another origin without a token needs no
 * permission from that server. With the header, the browser would ask for it first, for each address.
 */
export function mayNameVersion(url: string, method: string | undefined, token: string | null): boolean {
  const page = (globalThis as { location?: { origin: string } }).location
  return !page || token !== null || method === 'POST' || new URL(url).origin === page.origin
}

/** Whether a version such as `0.1.0` is older than another. Anything that is not a version is not older. */
export function isOlder(version: string, other: string): boolean {
  const [parts, others] = [version, other].map((text) =>
    /^(\d+)\.(\d+)\.(\d+)/.exec(text)?.slice(1).map(Number),
  )
  if (!parts || !others) return false
  const differing = parts.findIndex((part, index) => part !== others[index])
  return differing !== -1 && Number(parts[differing]) < Number(others[differing])
}
