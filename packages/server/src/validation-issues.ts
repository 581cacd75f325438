import type { z } from 'zod'
import type { ValidationIssue } from '@prebook/core'

/** So many tell enough: a body of a million unknown fields must not become an answer of ten million characters. */
const MOST_ISSUES = 20

/** What a schema found wrong, field by field, in words for whoever filled in a form; of very many the first. */
export function validationIssues(error: z.ZodError): ValidationIssue[] {
  return error.issues.flatMap(describeIssue).slice(0, MOST_ISSUES)
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
  if (issue.code === 'invalid_union') {
    // Of several forms of an input the one is meant whose fields were used: what is wrong with that one helps.
    const meant = issue.errors.filter((form) => form.every((inner) => inner.code !== 'unrecognized_keys'))
    if (meant.length === 1) return (meant[0] ?? []).flatMap(describeIssue)
  }
  return [{ path: path.join('.'), message: messageOf(issue) }]
}

function messageOf(issue: z.core.$ZodIssue): string {
  // A sentence that a schema of ours has is better than any made here.
  if (!zodsOwn.test(issue.message)) return issue.message
  switch (issue.code) {
    case 'invalid_type':
      if (!issue.message.endsWith('received undefined')) return typeMessages[issue.expected] ?? issue.message
      return issue.path.length === 0 ? 'An input is required.' : 'Is required.'
    case 'too_small':
      return issue.origin === 'string' ? atLeast(issue.minimum) : `Must be ${issue.minimum} or more.`
    case 'too_big':
      return issue.origin === 'string'
        ? `Must have at most ${issue.maximum} characters.`
        : `Must be ${issue.maximum} or less.`
    case 'invalid_value':
      return `Must be ${issue.values.map(String).join(' or ')}.`
    default:
      return issue.message
  }
}

const zodsOwn = /^(?:Invalid|Too small|Too big)\b/

function atLeast(characters: number | bigint): string {
  return characters === 1 ? 'Must not be empty.' : `Must have at least ${characters} characters.`
}
