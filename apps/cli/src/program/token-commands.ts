import { Argument, Option, type Command } from 'commander'
import { tokenScopes } from '@prebook/client/token'
import type { TokensCreateOptions } from '../commands/tokens-create.ts'
import type { TokensListOptions } from '../commands/tokens-list.ts'
import type { TokensRevokeOptions } from '../commands/tokens-revoke.ts'
import type { TokensRotateOptions } from '../commands/tokens-rotate.ts'
import { addListOptions, examples, parseTokenId } from './shared-options.ts'
import { parseWholeNumber } from './whole-number.ts'

const ACCOUNT = "id (12 or '#12') or e-mail address"

/** `tokens …` */
export function addTokenCommands(program: Command): void {
  const tokens = program.command('tokens').description('Give other systems access with tokens, and end it')
  tokens
    .command('create')
    .description('Create a token and show its text, once')
    .argument('<name>', 'What the token is for, such as the name of the system')
    .addOption(
      new Option('--scope <scope...>', 'What it may do; no scope includes another one')
        .choices(Object.keys(tokenScopes))
        .makeOptionMandatory(),
    )
    .addOption(expiryOption('Days until it expires (default: it works until you revoke it)'))
    .addHelpText('after', scopesHelp())
    .addHelpText(
      'after',
      examples(
        'prebook tokens create Till --scope stock:write',
        'prebook tokens create "Price list" --scope catalogue:write demand:read --expires-in-days 90',
      ),
    )
    .action(async (name: string, _options, command: Command) => {
      const { createToken } = await import('../commands/tokens-create.ts')
      await createToken(name, command.optsWithGlobals<TokensCreateOptions>())
    })

  const list = tokens
    .command('list')
    .description('List tokens, newest first, without their texts')
    .option('--account <account>', `Only tokens that this account made: ${ACCOUNT}`)
    .addOption(new Option('--active', 'Only tokens that work').conflicts('inactive'))
    .option('--inactive', 'Only tokens that expired or were revoked')
  addListOptions(list)
    .addHelpText('after', examples('prebook tokens list --active', 'prebook tokens list --json'))
    .action(async (_options, command: Command) => {
      const { listTokens } = await import('../commands/tokens-list.ts')
      await listTokens(command.optsWithGlobals<TokensListOptions>())
    })

  tokens
    .command('rotate')
    .description('Replace the text of a token; its name and scopes stay')
    .addArgument(tokenArgument('<token>'))
    .addOption(
      new Option('--overlap-hours <n>', 'Hours that the present text keeps working; 0 stops it immediately')
        .argParser(parseWholeNumber)
        .makeOptionMandatory(),
    )
    .addOption(expiryOption('Days from now until it expires (default: as before)'))
    .option('--yes', 'Skip the confirmation prompt')
    .addHelpText('after', examples('prebook tokens rotate 4 --overlap-hours 24'))
    .action(async (token: number, _options, command: Command) => {
      const { rotateToken } = await import('../commands/tokens-rotate.ts')
      await rotateToken(token, command.optsWithGlobals<TokensRotateOptions>())
    })

  tokens
    .command('revoke')
    .description('End a token, or all that an account made, from the next request on')
    .addArgument(tokenArgument('[token]'))
    .option('--account <account>', `End all tokens that this account made: ${ACCOUNT}`)
    .option('--yes', 'Skip the confirmation prompt')
    .addHelpText(
      'after',
      examples('prebook tokens revoke 4', 'prebook tokens revoke --account former@example.org'),
    )
    .action(async (token: number | undefined, _options, command: Command) => {
      const { revokeTokens } = await import('../commands/tokens-revoke.ts')
      await revokeTokens(token, command.optsWithGlobals<TokensRevokeOptions>())
    })
}

function scopesHelp(): string {
  const lines = Object.entries(tokenScopes).map(
    ([scope, { description }]) => `  ${scope.padEnd(16)}  ${description}`,
  )
  return `\nScopes:\n${lines.join('\n')}`
}

function tokenArgument(name: string): Argument {
  return new Argument(name, "ID of a token (4 or '#4')").argParser(parseTokenId)
}

function expiryOption(description: string): Option {
  return new Option('--expires-in-days <n>', description).argParser(parseWholeNumber)
}
