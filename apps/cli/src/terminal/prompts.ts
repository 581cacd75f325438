import { CommandError } from '../program/command-error.ts'
import { terminalWidth } from './output.ts'
import { plainText } from './plain-text.ts'
import { truncate } from './text-width.ts'

/**
 * Asks a yes-or-no question on the terminal; the default is no.
 *
 * @throws CommandError `cancelled` on no, Ctrl-C or Escape
 */
export async function confirm(question: string): Promise<void> {
  if (!(await askYesOrNo(question))) throw cancelled()
}

/** Asks a yes-or-no question on the terminal; the default is no, and so are Ctrl-C and Escape. */
export async function askYesOrNo(question: string): Promise<boolean> {
  const clack = await import('@clack/prompts')
  return (await clack.confirm({ message: question, initialValue: false, withGuide: false })) === true
}

/**
 * Asks for a line of text on the terminal.
 *
 * @throws CommandError `cancelled` on Ctrl-C or Escape
 */
export async function askText(question: string): Promise<string> {
  const clack = await import('@clack/prompts')
  const answer = await clack.text({ message: question, validate: required, withGuide: false })
  if (clack.isCancel(answer)) throw cancelled()
  return answer.trim()
}

/**
 * Asks for a secret on the terminal without echoing it.
 *
 * @throws CommandError `cancelled` on Ctrl-C or Escape
 */
export async function askSecret(question: string): Promise<string> {
  const clack = await import('@clack/prompts')
  const answer = await clack.password({ message: question, validate: required, withGuide: false })
  if (clack.isCancel(answer)) throw cancelled()
  return answer
}

/**
 * Offers a list of choices on the terminal. Labels become plain text and are truncated to one line.
 *
 * @throws CommandError `cancelled` on Ctrl-C or Escape
 */
export async function choose<T extends object>(
  question: string,
  choices: { value: T; label: string }[],
): Promise<T> {
  const clack = await import('@clack/prompts')
  const width = terminalWidth(process.stdout) - 4
  const answer = await clack.select({
    message: truncate(plainText(question), width),
    options: choices.map(({ label }, index) => ({ value: index, label: truncate(plainText(label), width) })),
    maxItems: 10,
    withGuide: false,
  })
  const chosen = clack.isCancel(answer) ? undefined : choices[answer]
  if (chosen === undefined) throw cancelled()
  return chosen.value
}

function required(answer: string | undefined): string | undefined {
  return answer === undefined || answer.trim() === '' ? 'A value is required.' : undefined
}

function cancelled(): CommandError {
  return new CommandError('cancelled', 'Cancelled. Nothing was changed.')
}
