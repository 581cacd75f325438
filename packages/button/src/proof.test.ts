import { createChallenge, verifySolution, type Challenge, type Solution } from 'altcha-lib'
import { deriveKey } from 'altcha-lib/algorithms/pbkdf2'
import { expect, test } from 'vitest'
import { solve } from './proof.ts'

const hmacSignatureSecret = 'a secret'

test.each([0, 19, 20, 300])(
  'a challenge whose counter is %i is solved as its library wants it',
  async (counter) => {
    const algorithm = 'PBKDF2/SHA-256'
    const made = await createChallenge({ algorithm, cost: 10, counter, deriveKey, hmacSignatureSecret })
    const solved = JSON.parse(atob(await solve(JSON.stringify(made)))) as {
      challenge: Challenge
      solution: Solution
    }
    expect(solved.solution.counter).toBe(counter)
    expect(await verifySolution({ ...solved, deriveKey, hmacSignatureSecret })).toMatchObject({
      verified: true,
    })
  },
)
