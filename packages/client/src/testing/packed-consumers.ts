import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { mustRun, runCommand, type Run } from './run-command.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const require = createRequire(import.meta.url)

/** Every TypeScript that the package promises to work with, by its name in package.json. */
export const compilers = ['typescript-5.9', 'typescript-6', 'typescript'] as const
export type Compiler = (typeof compilers)[number]

/** Both ways in which TypeScript looks for the types of a module today. */
export const resolutions = ['nodenext', 'bundler'] as const
export type Resolution = (typeof resolutions)[number]

/** The package as `pnpm pack` makes it, installed by npm in folders outside the workspace that hold the files of `consumer`. */
export type PackedConsumers = AsyncDisposable & {
  tarball: string
  /** Nothing but the package and what it depends on. */
  plain: string
  /** With React and TanStack Query beside it. */
  withReact: string
  /** The example, as a copy. */
  example: string
}

/** Packs the client and installs it. */
export async function installPackedConsumers(): Promise<PackedConsumers> {
  const folder = await mkdtemp(join(tmpdir(), 'prebook-client-'))
  const tarball = join(folder, 'prebook-client.tgz')
  const [plain, withReact, example] = ['plain', 'with-react', 'example'].map((name) =>
    join(folder, name),
  ) as [string, string, string]
  try {
    await mustRun('pnpm', ['pack', '--out', tarball], root)
    await cp(join(root, '../../examples/waitlist-bot'), example, {
      recursive: true,
      filter: (source) => !source.includes('node_modules'),
    })
    const react = ['@tanstack/react-query', 'react', '@types/react']
    await Promise.all([plain, withReact].map((to) => cp(join(root, 'consumer'), to, { recursive: true })))
    await Promise.all([
      install(plain, [tarball]),
      install(withReact, [tarball, ...react.map((name) => `${name}@${installedVersion(name)}`)]),
      install(example, [tarball]),
    ])
  } catch (error) {
    await rm(folder, { recursive: true, force: true })
    throw error
  }
  return {
    tarball,
    plain,
    withReact,
    example,
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  }
}

async function install(folder: string, packages: string[]): Promise<void> {
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, 'package.json'), '{ "private": true, "type": "module" }', {
    flag: 'wx',
  }).catch(
    // The example brings its own.
    (error: NodeJS.ErrnoException) => (error.code === 'EEXIST' ? undefined : Promise.reject(error)),
  )
  await mustRun('npm', ['install', '--no-audit', '--no-fund', '--prefer-offline', ...packages], folder)
}

function installedVersion(name: string): string {
  return (require(`${name}/package.json`) as { version: string }).version
}

/**
 * Type-checks files in a folder, as strictly as can be: the declarations of packages are checked too. Only the compiler's own
 * libraries are not, which would take most of the time.
 */
export async function typeCheck(
  folder: string,
  files: string[],
  compiler: Compiler,
  resolution: Resolution,
): Promise<Run> {
  const config = {
    compilerOptions: {
      target: 'es2022',
      lib: ['es2022', 'dom', 'dom.iterable'],
      module: resolution === 'nodenext' ? 'nodenext' : 'esnext',
      moduleResolution: resolution,
      moduleDetection: 'force',
      types: [],
      noEmit: true,
      strict: true,
      exactOptionalPropertyTypes: true,
      noUncheckedIndexedAccess: true,
      skipLibCheck: false,
      skipDefaultLibCheck: true,
    },
    files,
  }
  const file = join(folder, `tsconfig.${compiler}.${resolution}.json`)
  await writeFile(file, JSON.stringify(config))
  const tsc = join(dirname(require.resolve(`${compiler}/package.json`)), 'bin', 'tsc')
  return runCommand(process.execPath, [tsc, '-p', file], { cwd: folder })
}
