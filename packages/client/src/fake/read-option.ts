import { validationIssues } from '@prebook/core'
// oxlint-disable-next-line no-restricted-imports -- bundled with core, so that nothing is installed
import { z } from 'zod'

export { z }

/**
 * Reads what a test passes to the fake.
 *
 * @param name what it is passed to, which the error names
 * @throws TypeError that says what is wrong, such as `createFakePrebook: users[1].email: Must be an e-mail address.`
 */
export function readOption<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  name: string,
): z.output<Schema> {
  const { data, error } = schema.safeParse(value)
  if (error === undefined) return data
  const problems = validationIssues(error).map(({ path, message }) => {
    const field = path.replaceAll(/\.(\d+)/g, '[$1]')
    return [name, ...(field === '' ? [] : [field]), message].join(': ')
  })
  throw new TypeError(problems.join('\n'))
}
