import { AccountEmail, invalid, passwordProblem, RegisterInput, validationIssues } from '@prebook/core'

/** An address and a password as an operator typed them. */
export type TypedCredentials = { email: string; password: string }

/**
 * Validates the address and the password of a new account by the rules of `auth.register`.
 *
 * @throws PrebookError `VALIDATION_ERROR`
 */
export function newCredentials(account: TypedCredentials): TypedCredentials {
  return parse(RegisterInput, account)
}

/**
 * Validates a new password for an account that exists. Its address may be older than the present rules for addresses.
 *
 * @throws PrebookError `VALIDATION_ERROR`
 */
export function changedCredentials(account: TypedCredentials): TypedCredentials {
  return parse(RegisterInput.extend({ email: AccountEmail }), account)
}

function parse(schema: Pick<typeof RegisterInput, 'safeParse'>, account: TypedCredentials): TypedCredentials {
  const parsed = schema.safeParse(account)
  if (!parsed.success) {
    const [issue = { path: 'email', message: 'Must be an e-mail address.' }] = validationIssues(parsed.error)
    throw invalid(issue.path, issue.message)
  }
  const { email, password } = parsed.data
  const problem = passwordProblem(password, email)
  if (problem !== null) throw invalid('password', problem)
  return { email, password }
}
