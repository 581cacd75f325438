import type { ApiToken } from '@prebook/client'
import { CommandError } from '../program/command-error.ts'
import { connect, type Connection, type GlobalOptions } from '../session/connect.ts'
import { findUserId } from '../program/user-reference.ts'
import { print, printInfo, printJson } from '../terminal/output.ts'
import { plain, plainText } from '../terminal/plain-text.ts'
import { countOf } from '../terminal/plural.ts'
import { askYesOrNo, confirm } from '../terminal/prompts.ts'
import { requireConfirmation } from '../terminal/require-confirmation.ts'
import { collectPages } from './pages.ts'
import { printTokens } from './tokens-list.ts'

export type TokensRevokeOptions = GlobalOptions & { account?: string; yes?: boolean }

/**
 * `prebook tokens revoke`: ends one token, or all that an account made, after confirmation.
 *
 * @throws CommandError `usage` without a selection, or when `--yes` is missing and the command cannot prompt; `notFound`
 */
export async function revokeTokens(tokenId: number | undefined, options: TokensRevokeOptions): Promise<void> {
  const { account } = options
  if ((tokenId === undefined) === (account === undefined)) {
    throw new CommandError('usage', 'Specify the ID of one token, or --account <account>.', {
      remedy: 'To see the IDs, run `prebook tokens list`.',
    })
  }
  requireConfirmation(options)
  const connection = await connect(options)
  const tokens =
    tokenId === undefined
      ? await listActiveTokens(connection, await findUserId(connection, account ?? ''))
      : [await findToken(connection, tokenId)]
  if (tokens.length > 0 && options.yes !== true) {
    printTokens(tokens)
    const these = tokens.length === 1 ? 'this token' : `these ${tokens.length} tokens`
    await confirm(`Revoke ${these}? Programs that use ${tokens.length === 1 ? 'it' : 'them'} lose access.`)
  }
  await revokeEach(connection, tokens)
  if (options.json === true) return printJson({ revoked: tokens.length })
  if (tokens.length === 0) return printInfo('Nothing to do: no token that this account made still works.')
  print(...tokens.map(({ id, name }) => plain`Revoked the token ${name} (#${id}).`))
}

/**
 * Offers to revoke the tokens of an account that lost its access or its role. They keep working, since tokens belong to the
 * shop. Without a terminal, it only names the command.
 */
export async function offerToRevoke(
  connection: Connection,
  { id, activeTokens }: { id: number; activeTokens: number },
  canAsk: boolean,
): Promise<void> {
  if (activeTokens === 0) return
  const work = activeTokens === 1 ? 'still works' : 'still work'
  printInfo(plain`${countOf(activeTokens, 'token')} that this account made ${work}.`)
  if (canAsk) {
    const tokens = await listActiveTokens(connection, id)
    printTokens(tokens)
    if (await askYesOrNo(`Revoke ${tokens.length === 1 ? 'it' : 'them'} as well?`)) {
      await revokeEach(connection, tokens)
      return print(plainText(`Revoked ${countOf(tokens.length, 'token')}.`))
    }
  }
  printInfo(plain`To revoke, run \`prebook tokens revoke --account ${id}\`.`)
}

async function revokeEach({ call }: Connection, tokens: ApiToken[]): Promise<void> {
  for (const { id: tokenId } of tokens)
    await call((client, request) => client.tokens.revoke.mutate({ tokenId }, request))
}

async function listActiveTokens({ call }: Connection, createdBy: number): Promise<ApiToken[]> {
  const { items } = await collectPages(
    (paging) =>
      call((client, request) => client.tokens.list.query({ createdBy, isActive: true, ...paging }, request)),
    { all: true },
  )
  return items
}

async function findToken({ call }: Connection, tokenId: number): Promise<ApiToken> {
  const { items } = await collectPages(
    (paging) => call((client, request) => client.tokens.list.query(paging, request)),
    { all: true },
  )
  const token = items.find(({ id }) => id === tokenId)
  if (token !== undefined) return token
  throw new CommandError('notFound', `There is no token #${tokenId}.`, {
    remedy: 'Find the token with `prebook tokens list`.',
  })
}
