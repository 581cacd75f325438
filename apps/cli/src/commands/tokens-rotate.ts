import { connect, type GlobalOptions } from '../session/connect.ts'
import { localMinute } from '../terminal/local-time.ts'
import { printInfo, printJson } from '../terminal/output.ts'
import { plain } from '../terminal/plain-text.ts'
import { confirm } from '../terminal/prompts.ts'
import { requireConfirmation } from '../terminal/require-confirmation.ts'
import { expiryOf, printTokenText } from './tokens-create.ts'

export type TokensRotateOptions = GlobalOptions & {
  overlapHours: number
  expiresInDays?: number
  yes?: boolean
}

/**
 * `prebook tokens rotate`: replaces the text of a token and shows the new one once. Without an overlap, the present one stops
 * at once, after confirmation.
 *
 * @throws CommandError `usage` when `--yes` is missing and the command cannot prompt
 */
export async function rotateToken(tokenId: number, options: TokensRotateOptions): Promise<void> {
  const { overlapHours, expiresInDays } = options
  if (overlapHours === 0) requireConfirmation(options)
  const { call } = await connect(options)
  if (overlapHours === 0 && options.yes !== true)
    await confirm(`Rotate token #${tokenId}? Without an overlap, the present one stops immediately.`)
  const input = { tokenId, overlapHours, ...(expiresInDays !== undefined && { expiresInDays }) }
  const token = await call((client, request) => client.tokens.rotate.mutate(input, request))
  if (options.json === true) return printJson(token)
  const before =
    token.overlapEndsAt === null
      ? 'The one before has stopped.'
      : `The one before works until ${localMinute(token.overlapEndsAt)}.`
  printInfo(plain`Rotated the token ${token.name} (#${token.id}). ${before} The new one ${expiryOf(token)}.`)
  printTokenText(token)
}
