import { Option, type Command } from 'commander'
import type { AuditListOptions } from '../commands/audit-list.ts'
import { addListOptions, examples, parseTokenId } from './shared-options.ts'

const ACTIONS = Object.keys({
  'books.create': true,
  'books.update': true,
  'books.import': true,
  'books.withdraw': true,
  'books.reinstate': true,
  'books.expect': true,
  'stock.set': true,
  'stock.adjust': true,
  'deliveries.redrive': true,
  'deliveries.liftSuppression': true,
  'users.invite': true,
  'users.setRole': true,
  'users.deactivate': true,
  'users.reactivate': true,
  'tokens.create': true,
  'tokens.rotate': true,
  'tokens.revoke': true,
  'account.erase': true,
} satisfies Record<NonNullable<AuditListOptions['action']>, true>)

/** `audit …` */
export function addAuditCommands(program: Command): void {
  const audit = program.command('audit').description('Show what staff, admins and tokens changed')
  const list = audit
    .command('list')
    .description('List changes by staff, admins and tokens, newest first')
    .option('--account <account>', "Only changes by this account: id (12 or '#12') or e-mail address")
    .addOption(
      new Option('--token <id>', "Only changes by this token: its ID (4 or '#4')")
        .argParser(parseTokenId)
        .conflicts('account'),
    )
    .option(
      '--subject <subject>',
      'Only changes of this: book:<id>, user:<id>, delivery:<id>, token:<id>, books or deliveries',
    )
    .addOption(new Option('--action <action>', 'Only changes of this kind').choices(ACTIONS))
  addListOptions(list)
    .addHelpText(
      'after',
      examples('prebook audit list --subject book:12', 'prebook audit list --action users.deactivate --all'),
    )
    .action(async (_options, command: Command) => {
      const { listAudit } = await import('../commands/audit-list.ts')
      await listAudit(command.optsWithGlobals<AuditListOptions>())
    })
}
