import { Argument, Option, type Command } from 'commander'
import type { DeliveriesListOptions } from '../commands/deliveries-list.ts'
import type { DeliveriesRedriveOptions } from '../commands/deliveries-redrive.ts'
import type { GlobalOptions } from '../session/connect.ts'
import { parseWholeNumber } from './whole-number.ts'
import { addListOptions, BOOK_ARGUMENT_INLINE, examples } from './shared-options.ts'

const STATES = ['pending', 'sending', 'sent', 'skipped', 'failed', 'held']

/** `deliveries …` */
export function addDeliveryCommands(program: Command): void {
  const deliveries = program.command('deliveries').description('List and resend e-mails')
  const list = deliveries
    .command('list')
    .description('List e-mails, newest first')
    .addOption(new Option('--state <state>', 'Only e-mails in this state').choices(STATES))
    .option('--book <book>', `Only e-mails about this book: ${BOOK_ARGUMENT_INLINE}`)
  addListOptions(list)
    .addHelpText(
      'after',
      examples('prebook deliveries list --state failed', 'prebook deliveries list --book 12 --all'),
    )
    .action(async (_options, command: Command) => {
      const { listDeliveries } = await import('../commands/deliveries-list.ts')
      await listDeliveries(command.optsWithGlobals<DeliveriesListOptions>())
    })

  deliveries
    .command('redrive')
    .description('Resend one e-mail, or all failed or held ones')
    .addArgument(deliveryArgument('[delivery]'))
    .addOption(new Option('--state <state>', 'Resend all e-mails in this state').choices(['failed', 'held']))
    .option('--book <book>', `Only e-mails about this book: ${BOOK_ARGUMENT_INLINE}`)
    .option('--yes', 'Skip the confirmation prompt')
    .addHelpText(
      'after',
      examples('prebook deliveries redrive 31', 'prebook deliveries redrive --state failed --book 12'),
    )
    .action(async (delivery: number | undefined, _options, command: Command) => {
      const { redriveDeliveries } = await import('../commands/deliveries-redrive.ts')
      await redriveDeliveries(delivery, command.optsWithGlobals<DeliveriesRedriveOptions>())
    })

  deliveries
    .command('allow')
    .description('Let the address of an e-mail get e-mail again after it refused some')
    .addArgument(deliveryArgument('<delivery>'))
    .addHelpText('after', examples('prebook deliveries allow 31'))
    .action(async (delivery: number, _options, command: Command) => {
      const { allowAddress } = await import('../commands/deliveries-allow.ts')
      await allowAddress(delivery, command.optsWithGlobals<GlobalOptions>())
    })
}

function deliveryArgument(name: string): Argument {
  return new Argument(name, "ID of an e-mail (31 or '#31')").argParser((text) =>
    parseWholeNumber(text.replace(/^#/, '')),
  )
}
