import type { NewApiToken, TokenScope } from '@prebook/client'
import { connect, type GlobalOptions } from '../session/connect.ts'
import { localMinute } from '../terminal/local-time.ts'
import { print, printInfo, printJson } from '../terminal/output.ts'
import { plain, plainText } from '../terminal/plain-text.ts'

export type TokensCreateOptions = GlobalOptions & { scope: TokenScope[]; expiresInDays?: number }

/** `prebook tokens create`: creates a token and shows its text once. */
export async function createToken(name: string, options: TokensCreateOptions): Promise<void> {
  const { call } = await connect(options)
  const input = {
    name,
    scopes: [...new Set(options.scope)],
    ...(options.expiresInDays !== undefined && { expiresInDays: options.expiresInDays }),
  }
  const token = await call((client, request) => client.tokens.create.mutate(input, request))
  if (options.json === true) return printJson(token)
  printInfo(
    plain`Created the token ${token.name} (#${token.id}) with ${token.scopes.join(', ')}. It ${expiryOf(token)}.`,
  )
  printTokenText(token)
}

/** How long a token works, as the end of a sentence. */
export function expiryOf({ expiresAt }: NewApiToken): string {
  return `works until ${expiresAt === null ? 'you revoke it' : localMinute(expiresAt)}`
}

/** Writes the text of a token alone to standard output, so that a script can capture it, and how to use it below. */
export function printTokenText({ token }: NewApiToken): void {
  print(plainText(token))
  printInfo(
    'Copy it now: it is not shown again. Programs send it as `Authorization: Bearer <token>`. For this command, set it in PREBOOK_TOKEN.',
  )
}
