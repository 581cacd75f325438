import { describe, expect, test } from 'vitest'
import { AuditListInput } from './audit.ts'

describe('AuditListInput', () => {
  test.each([
    'book:12',
    'user:3',
    'delivery:9',
    'token:4',
    'books',
    'deliveries',
    `user:${Number.MAX_SAFE_INTEGER}`,
  ])('accepts the subject %s', (subject) => {
    expect(AuditListInput.parse({ subject })).toMatchObject({ subject })
  })

  test.each([
    '',
    'book',
    'book:',
    'book:0',
    'book:1.5',
    'book:-1',
    'books:1',
    'Book:1',
    'user:a@b.example',
    'user:3\n',
  ])('rejects the subject %j', (subject) => {
    expect(AuditListInput.safeParse({ subject }).success).toBe(false)
  })

  test('rejects an action that leaves no entry', () => {
    expect(AuditListInput.safeParse({ action: 'books.list' }).success).toBe(false)
    expect(AuditListInput.parse({ action: 'users.deactivate' })).toMatchObject({ action: 'users.deactivate' })
  })
})
