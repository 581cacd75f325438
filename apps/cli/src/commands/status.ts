import { styleText } from 'node:util'
import { isPrebookError, type RouterOutputs } from '@prebook/client'
import { CommandError } from '../program/command-error.ts'
import { connect, type Connection, type GlobalOptions } from '../session/connect.ts'
import { describeList } from '../terminal/description-list.ts'
import { print, printJson } from '../terminal/output.ts'
import { plain, plainText } from '../terminal/plain-text.ts'
import { readServerFacts } from '../session/server-facts.ts'

type User = RouterOutputs['auth']['me']

/**
 * `prebook status`: which server this is about, how it is, and who one is there.
 *
 * @throws CommandError `network` when it is not reached, `failed` when it does not serve
 */
export async function status(options: GlobalOptions): Promise<void> {
  const connection = await connect(options)
  const { address } = connection
  const { ready, state, version, latencyMs } = await readServerFacts(address)
  const user = ready ? await whoAmI(connection) : null
  if (options.json === true) printJson({ address, ready, state, version, latencyMs, user })
  else {
    print(
      ...describeList([
        ['Server', address],
        ['State', ready ? styleText('green', 'ready') : styleText('red', plainText(state))],
        ['Version', plainText(version)],
        ['Answers', `in ${latencyMs} ms`],
        ['You', ready ? describeUser(user) : null],
      ]),
    )
  }
  if (!ready) {
    throw new CommandError('failed', plain`The server is reached, but does not serve: ${state}.`, {
      remedy: 'Try again in a moment; if it lasts, look at its log.',
    })
  }
}

/** Whose session this is; null when it is nobody's, or that of an account that is deactivated. */
async function whoAmI({ call }: Connection): Promise<User> {
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
