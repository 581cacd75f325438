import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

// Checks the subject of every commit since the one that added this file: below 72 characters, in the conventional form, one
// change each. Merges are left out. A shallow clone may not reach back that far, and then only what it has is checked.
const LONGEST = 71
const CONVENTIONAL = /^(?:feat|fix|perf|refactor|docs|test|build|ci|style|chore|revert)(?:\([\w,-]+\))?!?: \S/

const root = fileURLToPath(new URL('..', import.meta.url))
const git = (...args: string[]) => execFileSync('git', args, { cwd: root, encoding: 'utf8' }).trim()

const added = git('log', '--no-merges', '--diff-filter=A', '--format=%H', '--', 'scripts/check-commits.ts')
  .split('\n')
  .at(-1)
const range = added === undefined || added === '' ? 'HEAD' : `${added}..HEAD`
const commits = git('log', '--no-merges', '--format=%h %s', range).split('\n').filter(Boolean)

const problems = commits.flatMap((line) => {
  const [hash = ''] = line.split(' ', 1)
  const subject = line.slice(hash.length + 1)
  const wrong = [
    subject.length > LONGEST && `has ${subject.length} characters: at most ${LONGEST}`,
    !CONVENTIONAL.test(subject) && 'must begin like “fix(db): ” and say what changes',
    subject.includes(';') && 'names two changes: make two commits',
  ].filter((text) => text !== false)
  return wrong.map((text) => `${hash} “${subject}” ${text}`)
})
for (const problem of problems) process.stderr.write(`${problem}\n`)
if (problems.length > 0) process.exitCode = 1
else process.stdout.write(`${commits.length} commit subjects are well formed.\n`)
