import { text } from 'node:stream/consumers'
import type { RouterOutputs } from '@prebook/client'
import { CommandError } from '../program/command-error.ts'
import { chooseServer, openConnection, parseToken, setting, type GlobalOptions } from '../session/connect.ts'
import { credentialsFile, keepCredential, readCredentials } from '../session/credentials.ts'
import { canAsk, print, printJson, remark } from '../terminal/output.ts'
import { plain } from '../terminal/plain-text.ts'
import { askSecret, askText } from '../terminal/prompts.ts'
import { isReadableOnTheWay } from '../session/server-address.ts'

export type LoginOptions = GlobalOptions & { email?: string; passwordStdin?: boolean; tokenStdin?: boolean }

type User = RouterOutputs['auth']['login']['user']

/**
 * `prebook login`: begins a session, or takes over one whose token is given, and keeps the token for its server.
 *
 * @throws CommandError `usage` when something is missing and nobody can be asked, `notSignedIn` at a token that is not valid
 */
export async function login(options: LoginOptions): Promise<void> {
  const address = await chooseServer(options)
  if (isReadableOnTheWay(address)) {
    remark(
      `Beware: ${address} is not encrypted, anybody on the way can read along. Use https if it is offered.`,
    )
  }
  // A session that could not be kept afterwards would go on at the server with nobody to end it.
  await readCredentials(credentialsFile())
  const { token, user } =
    options.tokenStdin === true
      ? await takeOver(address)
      : await signIn(address, await askCredentials(options))
  await keepCredential(credentialsFile(), { address, email: user.email, token })

  if (options.json === true) printJson(user)
  else print(plain`Signed in at ${address} as ${user.email} (${user.role}).`)
  if (user.role !== 'admin') remark('This is a reader’s account: restocking and demand are for admins only.')
  if (setting('PREBOOK_TOKEN') !== undefined) remark('PREBOOK_TOKEN is set and wins over this session.')
}

async function takeOver(address: string): Promise<{ token: string; user: User }> {
  const token = parseToken((await readStdin('--token-stdin')).trim(), 'standard input')
  const user = await openConnection(address, token).call((client, request) =>
    client.auth.me.query(undefined, request),
  )
  if (user !== null) return { token, user }
  throw new CommandError('notSignedIn', `This token is not valid at ${address}, or not any more.`, {
    remedy: 'Sign in with an e-mail address and a password: `prebook login`.',
  })
}

async function signIn(
  address: string,
  credentials: { email: string; password: string },
): Promise<{ token: string; user: User }> {
  const { token, user } = await openConnection(address, null).call((client, request) =>
    client.auth.login.mutate(credentials, request),
  )
  if (token === null) throw new Error('the server gave no token')
  return { token, user }
}

/** What was given, and what is missing as answered on the terminal. */
async function askCredentials(options: LoginOptions): Promise<{ email: string; password: string }> {
  const fromStdin = options.passwordStdin === true
  if ((options.email === undefined || !fromStdin) && (fromStdin || !canAsk(options))) {
    throw new CommandError(
      'usage',
      'Without a terminal nobody can be asked for the e-mail address and the password.',
      {
        remedy: 'Give --email <address> --password-stdin, or --token-stdin.',
      },
    )
  }
  const email = options.email ?? (await askText('E-mail address'))
  if (!fromStdin) return { email, password: await askSecret('Password') }
  const password = (await readStdin('--password-stdin')).replace(/\r?\n$/, '')
  if (password === '') throw new CommandError('usage', 'Standard input holds no password.')
  return { email, password }
}

async function readStdin(option: string): Promise<string> {
  // Typed here, a secret would stay on the screen.
  if (process.stdin.isTTY) {
    throw new CommandError('usage', `${option} reads from a pipe or a file, not from the terminal.`, {
      remedy: `For example: prebook login … ${option} < file. Without it, the password is asked for.`,
    })
  }
  return text(process.stdin)
}
