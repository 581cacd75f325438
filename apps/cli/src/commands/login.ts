import { text } from 'node:stream/consumers'
import { memoryStorage, type RouterOutputs } from '@prebook/client'
import { looksLikeToken } from '@prebook/client/token'
import { CommandError } from '../program/command-error.ts'
import {
  chooseServer,
  openConnection,
  parseToken,
  readVariable,
  type GlobalOptions,
} from '../session/connect.ts'
import { credentialsFile, saveCredential, readCredentials } from '../session/credentials.ts'
import { canPrompt, print, printJson, printInfo } from '../terminal/output.ts'
import { plain } from '../terminal/plain-text.ts'
import { askSecret, askText } from '../terminal/prompts.ts'
import { isUnencrypted } from '../session/server-address.ts'

export type LoginOptions = GlobalOptions & { email?: string; passwordStdin?: boolean; tokenStdin?: boolean }

type User = RouterOutputs['auth']['login']['user']

/**
 * `prebook login`: signs in, or uses the token of an existing session, and saves the token for its server.
 *
 * @throws CommandError `usage` when credentials are missing and the command cannot prompt, `notSignedIn` when the token
 *   is not valid
 */
export async function login(options: LoginOptions): Promise<void> {
  const address = await chooseServer(options)
  if (isUnencrypted(address)) {
    printInfo(`Warning: the connection to ${address} is not encrypted. Use https if the server supports it.`)
  }
  // Fails before signing in, because a session that cannot be saved could not be ended either.
  const saved = (await readCredentials(credentialsFile())).find(
    (credential) => credential.address === address,
  )
  const { user, ...tokens } =
    options.tokenStdin === true
      ? await signInWithToken(address)
      : await signIn(address, await askCredentials(options), saved?.device ?? null)
  await saveCredential(credentialsFile(), { address, email: user.email, ...tokens })

  if (options.json === true) printJson(user)
  else print(plain`Signed in at ${address} as ${user.email} (${user.role}).`)
  if (user.role === 'reader')
    printInfo('This is a reader account. Most commands are for staff and admins only.')
  if (user.role === 'staff') printInfo('This is a staff account. Accounts and e-mails are for admins only.')
  if (readVariable('PREBOOK_TOKEN') !== undefined)
    printInfo('PREBOOK_TOKEN is set and takes precedence over this session.')
}

async function signInWithToken(address: string): Promise<{ token: string; user: User }> {
  const token = parseToken((await readStdin('--token-stdin')).trim(), 'standard input')
  if (looksLikeToken(token)) {
    throw new CommandError('usage', 'This is a token of the shop, not of a session, and is never saved.', {
      remedy: 'Set it in PREBOOK_TOKEN instead.',
    })
  }
  const user = await openConnection(address, token).call((client, request) =>
    client.auth.me.query(undefined, request),
  )
  if (user !== null) return { token, user }
  throw new CommandError('notSignedIn', `The token is not valid at ${address} or has expired.`, {
    remedy: 'Sign in with an e-mail address and a password: `prebook login`.',
  })
}

async function signIn(
  address: string,
  credentials: { email: string; password: string },
  knownDevice: string | null,
): Promise<{ token: string; device?: string; user: User }> {
  const storage = memoryStorage()
  if (knownDevice !== null) await storage.device?.set(knownDevice)
  const { token, user } = await openConnection(address, null, storage).call((client, request) =>
    client.auth.login.mutate(credentials, request),
  )
  if (token === null) throw new Error('the server returned no token')
  const device = await storage.device?.get()
  return { token, ...(device && { device }), user }
}

/** The credentials from the options, completed by prompts. */
async function askCredentials(options: LoginOptions): Promise<{ email: string; password: string }> {
  const fromStdin = options.passwordStdin === true
  if ((options.email === undefined || !fromStdin) && (fromStdin || !canPrompt(options))) {
    throw new CommandError('usage', 'Cannot prompt for the e-mail address and password without a terminal.', {
      remedy: 'Use --email <address> --password-stdin, or --token-stdin.',
    })
  }
  const email = options.email ?? (await askText('E-mail address'))
  if (!fromStdin) return { email, password: await askSecret('Password') }
  const password = (await readStdin('--password-stdin')).replace(/\r?\n$/, '')
  if (password === '') throw new CommandError('usage', 'Standard input contains no password.')
  return { email, password }
}

async function readStdin(option: string): Promise<string> {
  // A secret typed here would be visible on the screen.
  if (process.stdin.isTTY) {
    throw new CommandError(
      'usage',
      `${option} reads from a pipe or a redirected file, not from the terminal.`,
      {
        remedy: `Redirect a file, as in \`prebook login … ${option} < file\`, or omit the option to be prompted.`,
      },
    )
  }
  return text(process.stdin)
}
