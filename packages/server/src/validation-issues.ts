import type { z } from 'zod'
import type { ValidationIssue } from '@prebook/core'

/** Everything that a schema found wrong, field by field, in words for whoever filled in a form. */
export function validationIssues(error: z.ZodError): ValidationIssue[] {
  return error.issues.flatMap(describeIssue)
}

/** Zod's own sentences about types speak to programmers. */
const typeMessages: Record<string, string> = {
  string: 'Must be text.',
  number: 'Must be a number.',
  int: 'Must be a whole number.',
  boolean: 'Must be true or false.',
  array: 'Must be a list.',
  object: 'Must be an object.',
}

function describeIssue(issue: z.core.$ZodIssue): ValidationIssue[] {
  const path = issue.path.map(String)
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      path: [...path, key].join('.'),
      message: 'Is not a field of this input.',
    }))
  }
  return [{ path: path.join('.'), message: messageOf(issue) }]
}

function messageOf(issue: z.core.$ZodIssue): string {
  if (issue.code !== 'invalid_type' || !issue.message.startsWith('Invalid input')) return issue.message
  if (issue.message.endsWith('received undefined')) return 'Is required.'
  return typeMessages[issue.expected] ?? issue.message
}
