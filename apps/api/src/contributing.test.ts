import { spawnSync } from 'node:child_process'
import { existsSync, globSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { TEST_MS } from '@prebook/testing/bounds'

const root = fileURLToPath(new URL('../../../', import.meta.url))
const guide = readFileSync(join(root, 'CONTRIBUTING.md'), 'utf8')

type Manifest = { name: string; scripts?: Record<string, string> }
const readManifest = (path: string) => JSON.parse(readFileSync(join(root, path), 'utf8')) as Manifest

/** The folder of each workspace package, by the package's name. */
const folders = new Map(
  globSync('{packages/*,apps/*,e2e,e2e-browser,e2e-generated,bench}/package.json', { cwd: root }).map(
    (path) => [readManifest(path).name, dirname(path)],
  ),
)
const rootEntries = new Set(readdirSync(root))

/** What pnpm itself does, without a script. */
const BUILTINS = new Set(['exec', 'install'])

/** Everything that a text sets as code: inline, fenced and indented. */
function codeIn(text: string): string[] {
  const fenced = [...text.matchAll(/^```\w*\n([^]*?)^```/gm)].map((match) => match[1] ?? '')
  const prose = text.replaceAll(/^```[^]*?^```/gm, '')
  const indented = [...prose.matchAll(/^ {4}\S.*$/gm)].map((match) => match[0])
  const inline = [...prose.matchAll(/`([^`\n]+)`/g)].map((match) => match[1] ?? '')
  return [...fenced, ...indented, ...inline].flatMap((code) => code.split('\n'))
}

/** Paths that the text names, in code or as the target of a link, and that do not exist. */
function missingPaths(text: string): string[] {
  const linked = [...text.matchAll(/\]\(([^)#:]+)(?:#[^)]*)?\)/g)].map((match) => match[1] ?? '')
  const named = codeIn(text).flatMap((code) => {
    const folder = folders.get(/--filter (\S+)/.exec(code)?.[1] ?? '') ?? ''
    return code.split(/\s+/).flatMap((word) => {
      const first = word.split('/')[0] ?? ''
      if (word.startsWith('src/')) return [join(folder, word)]
      return word.includes('/') && (rootEntries.has(first) || isPath(word)) ? [word] : []
    })
  })
  return [...linked, ...named].filter((path) => !existsSync(join(root, path)))
}

/** Whether a word with a slash is meant as a file. Addresses, packages and `testing/`, any folder of that name, are not. */
function isPath(word: string): boolean {
  return /^[\w.][\w.-]*(?:\/[\w.-]+)*\/[\w-]+\.(?:tsx?|js|json|md|ya?ml|css)$/.test(word)
}

/** Scripts that the text calls with pnpm and that neither the root nor the package named has. */
function missingScripts(text: string): string[] {
  const { scripts: inRoot = {} } = readManifest('package.json')
  return codeIn(text).flatMap((code) =>
    [...code.matchAll(/\bpnpm (?:--silent )?(?:--filter (\S+) )?([a-z][\w:-]*)/g)].flatMap(
      ([call, filter, script = '']) => {
        const folder = filter === undefined ? undefined : folders.get(filter)
        if (filter !== undefined && folder === undefined) return [call]
        const { scripts = {} } =
          folder === undefined ? { scripts: inRoot } : readManifest(join(folder, 'package.json'))
        return BUILTINS.has(script) || Object.hasOwn(scripts, script) ? [] : [call]
      },
    ),
  )
}

describe('CONTRIBUTING.md', () => {
  test('names only files and folders that exist', () => {
    expect(missingPaths(guide)).toEqual([])
  })

  test('calls only scripts that exist', () => {
    expect(missingScripts(guide)).toEqual([])
  })

  test('runs one test that exists, by a title that exists', () => {
    const runs = codeIn(guide).filter((code) => code.includes('exec vitest'))
    expect(runs.length).toBeGreaterThan(2)
    for (const run of runs) {
      const [, filter = '', file = ''] = /--filter (\S+) .*(src\/\S+\.test\.ts)/.exec(run) ?? []
      const title = / -t '([^']+)'/.exec(run)?.[1]
      const tests = readFileSync(join(root, folders.get(filter) ?? '', file), 'utf8')
      const titles = [...tests.matchAll(/\btest\('([^']+)'/g)].map((match) => match[1] ?? '')
      expect(titles.filter((each) => each.includes(title ?? ''))).not.toEqual([])
    }
  })

  test('shows a command that runs one test', () => {
    const command = codeIn(guide).find((code) => code.includes('vitest run') && code.includes(' -t '))
    // Another reporter, so that the report of the package's own run stays; and nothing of this run's environment.
    const { status, stdout } = spawnSync('sh', ['-c', `${command} --reporter=default`], {
      cwd: root,
      encoding: 'utf8',
      env: Object.fromEntries(
        Object.entries(process.env).filter(([name]) => !/^(?:VITEST|NODE_ENV)/.test(name)),
      ),
      timeout: TEST_MS,
    })
    expect(stdout).toMatch(/Tests .*[1-9]\d* passed/)
    expect(status).toBe(0)
  })
})

describe('the checks above', () => {
  test.each([
    ['Read `packages/core/src/no-such.ts`.', ['packages/core/src/no-such.ts']],
    ['Read `no-such-folder/index.ts`.', ['no-such-folder/index.ts']],
    ['Read [this](docs/no-such.md#part).', ['docs/no-such.md']],
    [
      '    pnpm --filter @prebook/db exec vitest run src/no-such.test.ts',
      ['packages/db/src/no-such.test.ts'],
    ],
    ['```sh\nnode --inspect apps/api/src/no-such.ts\n```', ['apps/api/src/no-such.ts']],
    ['`packages/core`, `testing/`, `GET /books/{id}`, `@prebook/db`, `feat(server): …`', []],
  ])('find the missing paths of %j', (text, expected) => {
    expect(missingPaths(text)).toEqual(expected)
  })

  test.each([
    ['`pnpm no-such`', ['pnpm no-such']],
    ['    pnpm --filter @prebook/db no-such', ['pnpm --filter @prebook/db no-such']],
    ['`pnpm --filter @prebook/no-such test`', ['pnpm --filter @prebook/no-such test']],
    ['`pnpm test`, `pnpm --filter @prebook/client api-reference`, `pnpm --filter @prebook/db exec x`', []],
  ])('find the missing scripts of %j', (text, expected) => {
    expect(missingScripts(text)).toEqual(expected)
  })
})
