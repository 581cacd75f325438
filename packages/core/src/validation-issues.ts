import type { z } from 'zod'
import { PrebookError, type ValidationIssue } from './errors.ts'

/** Limits the size of the response: a body with a million unknown fields must not produce a million issues. */
const MOST_ISSUES = 20

/** Converts a schema's errors to one issue per field, worded for end users. Returns the first {@link MOST_ISSUES}. */
export function validationIssues(error: z.ZodError): ValidationIssue[] {
  return error.issues.flatMap(describeIssue).slice(0, MOST_ISSUES)
}

/** Reports every invalid field. The message is about the first one. */
export function toValidationError(error: z.ZodError): PrebookError {
  const issues = validationIssues(error)
  const [first] = issues
  if (first === undefined) return new PrebookError('VALIDATION_ERROR', { cause: error })
  const message = first.path === '' ? first.message : `${first.path}: ${first.message}`
  const field = first.path === '' ? {} : { field: first.path }
  return new PrebookError('VALIDATION_ERROR', { message, issues, ...field, cause: error })
}

/** Replaces Zod's messages about types, which are worded for programmers. */
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
    return issue.keys.slice(0, MOST_ISSUES).map((key) => ({
      path: [...path, key].join('.'),
      message: 'Unknown field.',
    }))
  }
  if (issue.code === 'invalid_union') {
    // Report the issues of the one variant whose fields were used.
    const meant = issue.errors.filter((form) => form.every((inner) => inner.code !== 'unrecognized_keys'))
    if (meant.length === 1) return (meant[0] ?? []).flatMap(describeIssue)
  }
  return [{ path: path.join('.'), message: messageOf(issue) }]
}

function messageOf(issue: z.core.$ZodIssue): string {
  // Keep the custom messages of our schemas.
  if (!zodDefault.test(issue.message)) return issue.message
  switch (issue.code) {
    case 'invalid_type':
      if (!issue.message.endsWith('received undefined')) return typeMessages[issue.expected] ?? issue.message
      return issue.path.length === 0 ? 'The input is missing.' : 'Required.'
    case 'too_small':
      return issue.origin === 'string' ? atLeast(issue.minimum) : `Must be at least ${issue.minimum}.`
    case 'too_big':
      return issue.origin === 'string'
        ? `Must have at most ${issue.maximum} characters.`
        : `Must be at most ${issue.maximum}.`
    case 'invalid_value':
      return issue.values.length > 2
        ? `Must be one of ${issue.values.map(String).join(', ')}.`
        : `Must be ${issue.values.map(String).join(' or ')}.`
    default:
      return issue.message
  }
}

const zodDefault = /^(?:Invalid|Too small|Too big)\b/

function atLeast(characters: number | bigint): string {
  return characters === 1 ? 'Must not be empty.' : `Must have at least ${characters} characters.`
}
