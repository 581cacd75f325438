import type { Answer } from './answers.ts'
import { runQuietly } from './hooks.ts'

/**
 * Storage for a session token, such as `localStorage` or a file. The client reads it before each request. If `set` fails, the
 * error is logged, and this client uses the token until it ends.
 */
export type TokenStorage = {
  get(): string | null | Promise<string | null>
  set(token: string): void | Promise<void>
  remove(): void | Promise<void>
  /**
   * Optional: stores a token that proves an earlier sign-in from this device, beyond sign-out. With it, failed sign-ins of
   * others do not hold up yours. It gives no access.
   */
  device?: {
    get(): string | null | Promise<string | null>
    set(device: string): void | Promise<void>
  }
}

/** The session options of a client. */
export type SessionOptions = {
  /** The session token, or a function that returns it for each request. Without a token, calls are anonymous. */
  token?: string | null | undefined | (() => string | null | undefined | Promise<string | null | undefined>)
  /** Instead of `token`: stores the token from sign-in to sign-out, or to the end of the session. */
  storage?: TokenStorage | undefined
  /** Called once for each expired token, before the call is refused, so that you can ask the user to sign in again. */
  onUnauthorized?: ((token: string) => void) | undefined
}

/** The session of a client. */
export type Session = {
  /** The token for the next request. */
  token(): Promise<string | null>
  /** The device token for a request to sign in. */
  device(): Promise<string | null>
  /** Stores the device token of a response. */
  keepDevice(device: string | null): Promise<void>
  /** Updates the session from the answer to a call. `sentToken` is the token that the request carried. */
  observe(path: string, answer: Answer, sentToken: string | null): Promise<void>
}

/**
 * A storage that keeps the tokens in memory, for the lifetime of the process or page.
 *
 * @param token the initial token
 * @example
 * const client = createClient({ url: 'http://127.0.0.1:8787', storage: memoryStorage() })
 * await client.auth.login.mutate({ email, password })
 * await client.prebooks.create.mutate({ bookId: 1 }) // signed in
 */
export function memoryStorage(token: string | null = null): TokenStorage {
  let current = token
  let currentDevice: string | null = null
  return {
    get: () => current,
    set(newToken) {
      current = newToken
    },
    remove() {
      current = null
    },
    device: {
      get: () => currentDevice,
      set(device) {
        currentDevice = device
      },
    },
  }
}

/** Creates the session of a client. */
export function createSession({ token, storage, onUnauthorized }: SessionOptions): Session {
  if (storage && token != null)
    throw new TypeError('createClient: provide either token or storage, not both.')
  let reported: string | null = null
  /** The token of a sign-in that the storage does not have yet, or could not store. */
  let unstored: string | null = null

  // One after the other, so that a slow removal does not take the token of a later sign-in with it.
  let changes = Promise.resolve(true)
  const change = (name: string, work: () => unknown) =>
    (changes = changes.then(async () => runQuietly(name, work)))

  const store = async (newToken: string) => {
    unstored = newToken
    const stored = await change('storage.set', () => storage?.set(newToken))
    if (stored && unstored === newToken) unstored = null
  }
  /** Removes the token, unless it was replaced in the meantime. */
  const forget = async (expired: string) => {
    if (unstored === expired) unstored = null
    await change('storage.remove', async () => {
      if ((await storage?.get()) === expired) await storage?.remove()
    })
  }
  return {
    async token() {
      const found =
        unstored ?? (await (storage ? storage.get() : typeof token === 'function' ? token() : token))
      // Any other character makes `fetch` fail, which would be reported as an unreachable server.
      if (found && !/^[!-~]+$/.test(found))
        throw new TypeError('The token must be printable ASCII without spaces.')
      return found || null
    },
    async device() {
      let device: string | null | undefined
      await runQuietly('storage.device.get', async () => (device = await storage?.device?.get()))
      return device || null
    },
    async keepDevice(device) {
      if (device) await runQuietly('storage.device.set', () => storage?.device?.set(device))
    },
    async observe(path, answer, sentToken) {
      if ('result' in answer) {
        const newToken = (answer.result.data as { token?: string | null } | null)?.token
        if (storage && /^auth\.(login|register)$/.test(path) && newToken) await store(newToken)
        if (path.startsWith('auth.logout') && sentToken) await forget(sentToken)
      } else if (answer.error.data.reason === 'AUTH_REQUIRED' && sentToken && sentToken !== reported) {
        reported = sentToken
        await forget(sentToken)
        void runQuietly('onUnauthorized', () => onUnauthorized?.(sentToken))
      }
    },
  }
}
