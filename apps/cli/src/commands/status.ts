import { styleText } from 'node:util'
import { isPrebookError, type RouterOutputs } from '@prebook/client'
import { CommandError } from '../program/command-error.ts'
import { connect, usesShopToken, type Connection, type GlobalOptions } from '../session/connect.ts'
import { checkShopToken } from '../session/shop-token.ts'
import { describeList } from '../terminal/description-list.ts'
import { print, printJson } from '../terminal/output.ts'
import { plain, plainText } from '../terminal/plain-text.ts'
import { readServerFacts } from '../session/server-facts.ts'

type User = RouterOutputs['auth']['me']

/**
 * `prebook status`: shows the server, its state and the signed-in account.
 *
 * @throws CommandError `network` when the server is unreachable, `failed` when it is not ready
 */
export async function status(options: GlobalOptions): Promise<void> {
  const connection = await connect(options)
  const { address } = connection
  const { ready, state, version, latencyMs } = await readServerFacts(address)
  const token = ready && usesShopToken() ? await fetchTokenState(connection) : null
  const user = ready && token === null ? await fetchAccount(connection) : null
  if (options.json === true) printJson({ address, ready, state, version, latencyMs, user, token })
  else {
    print(
      ...describeList([
        ['Server', address],
        ['State', ready ? styleText('green', 'ready') : styleText('red', plainText(state))],
        ['Version', plainText(version)],
        ['Latency', `${latencyMs} ms`],
        ['Account', ready && token === null ? describeUser(user) : null],
        ['Token', token === 'refused' ? styleText('red', 'does not work') : token],
      ]),
    )
  }
  if (!ready) {
    throw new CommandError('failed', plain`The server is not ready: ${state}.`, {
      remedy: 'Try again in a moment. If the problem persists, check the log of the server.',
    })
  }
}

/** Whether the server accepts the token of the shop in `PREBOOK_TOKEN`. */
async function fetchTokenState(connection: Connection): Promise<'active' | 'refused'> {
  try {
    await checkShopToken(connection)
    return 'active'
  } catch (error) {
    if (isPrebookError(error, 'AUTH_REQUIRED')) return 'refused'
    throw error
  }
}

/** The signed-in account; null without a valid session, and for a deactivated account. */
async function fetchAccount({ call }: Connection): Promise<User> {
  try {
    return await call((client, request) => client.auth.me.query(undefined, request))
  } catch (error) {
    if (isPrebookError(error, 'AUTH_ACCOUNT_DEACTIVATED')) return null
    throw error
  }
}

function describeUser(user: User): string {
  return user === null ? 'not signed in' : plain`${user.email} (${user.role})`
}
