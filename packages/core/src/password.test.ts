import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { commonPasswords } from './common-passwords.ts'
import { passwordProblem } from './password.ts'
import { commonPasswordsFile, selectCommonPasswords } from '../scripts/write-common-passwords.ts'

const ada = 'ada.lovelace@xn--bcher-kva.example'
const remedy = 'Choose another one, such as a phrase of several words.'
const common = `Must not be one of the 1,000 most common passwords. ${remedy}`
const repeated = `Must not be one character repeated. ${remedy}`
const address = `Must not be your e-mail address or the part before its @. ${remedy}`
const blank = `Must not be only white space. ${remedy}`

describe('a weak password', () => {
  test.each([
    ['password', common],
    ['12345678', common],
    ['password123', common],
    ['PassWord123', common],
    [' pässword1 ', common],
    ['ｐａｓｓｗｏｒｄ', common],
    ['aaaaaaaa', repeated],
    ['aAaAaAaA', repeated],
    ['áaÀaa\u0301aaa', repeated],
    ['\u{1f511}'.repeat(8), repeated],
    ['--------', repeated],
    [ada, address],
    ['Ada.Lovelace@Bücher.Example', address],
    ['ada.lovelace', address],
    [' ADA.Lovelace ', address],
    ['ádà.lovelace', address],
    ['        ', blank],
    ['\t\n\u00a0\u2003\u3000   ', blank],
  ])('%j is refused', (password, problem) => {
    expect(passwordProblem(password, ada)).toBe(problem)
  })

  test('is each of the list, in any case', () => {
    for (const password of commonPasswords) {
      expect(passwordProblem(password.toUpperCase(), null)).not.toBeNull()
    }
  })
})

describe('a password that only resembles a weak one', () => {
  test.each([
    'password password',
    'my password123',
    'password1234567',
    'a       ',
    'abababab',
    'ada.lovelace1',
    'xn--bcher-kva.example',
    'bücher.example',
    'ada.lovelace@bücher.example!',
    'charles.babbage@bücher.example',
    'correct horse',
    '8 signs!',
    '\u0301\u0300\u0302\u0303 e f',
  ])('%j is accepted', (password) => {
    expect(passwordProblem(password, ada)).toBeNull()
  })

  test('the address counts only if it is known', () => {
    expect(passwordProblem(ada, null)).toBeNull()
  })
})

describe('the list of common passwords', () => {
  test('has the 1,000 commonest of at least 8 characters of its source', () => {
    expect(commonPasswords.size).toBe(1_000)
    expect([...commonPasswords]).toEqual(selectCommonPasswords())
    expect(Array.from(commonPasswords).filter((text) => text.length < 8)).toEqual([])
  })

  test('is what the script writes', () => {
    expect(readFileSync(new URL('common-passwords.ts', import.meta.url), 'utf8')).toBe(commonPasswordsFile())
  })
})
