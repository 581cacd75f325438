import type { Answer } from './answers.ts'

/** Where a client keeps its token, such as `localStorage` or a file: asked before each request, told of each change. */
export type TokenStorage = {
  get(): string | null | Promise<string | null>
  set(token: string): void | Promise<void>
  remove(): void | Promise<void>
}

/** Where the token of the session comes from. */
export type SessionOptions = {
  /** The session token, or where to look it up before each request. Without one, calls are anonymous. */
  token?: string | null | undefined | (() => string | null | undefined | Promise<string | null | undefined>)
  /** Instead of `token`: keeps what signing in gives, until signing out or the end of the session. */
  storage?: TokenStorage | undefined
  /** Called once for a token that the server does not take any more, before its call is refused: sign in anew. */
  onUnauthorized?: ((token: string) => void) | undefined
}

/** What a client knows of its session. */
export type Session = {
  /** The token for the next request. */
  token(): Promise<string | null>
  /** Takes note of the answer to a call whose request carried the token. */
  hear(path: string, answer: Answer, carried: string | null): Promise<void>
}

/**
 * Keeps the token in memory, for as long as the process or the page lives.
 *
 * @param token the token to begin with
 * @example
 * const client = createClient({ url: 'http://127.0.0.1:8787', storage: memoryStorage() })
 * await client.auth.login.mutate({ email, password })
 * await client.prebooks.create.mutate({ bookId: 1 }) // signed in
 */
export function memoryStorage(token: string | null = null): TokenStorage {
  let kept = token
  return {
    get: () => kept,
    set(fresh) {
      kept = fresh
    },
    remove() {
      kept = null
    },
  }
}

/** Makes the session of a client. */
export function createSession({ token, storage, onUnauthorized }: SessionOptions): Session {
  if (storage && token != null) throw new TypeError('createClient: give token or storage, not both.')
  let reported: string | null = null

  /** Forgets the token, unless another one took its place meanwhile. */
  const forget = async (over: string) => {
    if ((await storage?.get()) === over) await storage?.remove()
  }
  return {
    async token() {
      const found = await (storage ? storage.get() : typeof token === 'function' ? token() : token)
      // What no header can carry would look like a server that cannot be reached.
      if (found && !/^[!-~]+$/.test(found)) throw new TypeError('The token is not one word of ASCII.')
      return found || null
    },
    async hear(path, answer, carried) {
      if ('result' in answer) {
        const fresh = (answer.result.data as { token?: string | null } | null)?.token
        if (/^auth\.(login|register)$/.test(path) && fresh) await storage?.set(fresh)
        if (path.startsWith('auth.logout') && carried) await forget(carried)
      } else if (answer.error.data.reason === 'AUTH_REQUIRED' && carried && carried !== reported) {
        reported = carried
        await forget(carried)
        onUnauthorized?.(carried)
      }
    },
  }
}
