import { existsSync } from 'node:fs'
import { cp, mkdir, mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { mustRun, runCommand, type Run } from './run-command.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const require = createRequire(import.meta.url)

/** The supported TypeScript versions, by their names in package.json. */
export const compilers = ['typescript-5.9', 'typescript-6', 'typescript'] as const
export type Compiler = (typeof compilers)[number]

/** The supported module resolutions, with the options of the compiler. */
const resolutionOptions = {
  nodenext: { module: 'nodenext' },
  bundler: { module: 'esnext', moduleResolution: 'bundler' },
  /** Only files that end with `.cts` are CommonJS, since the consumers are ES modules. */
  node16: { module: 'node16' },
  /** The default of `module: commonjs` until TypeScript 5.9, and not in TypeScript 7. It does not read `exports`. */
  node10: { module: 'commonjs', moduleResolution: 'node10' },
}
export type Resolution = keyof typeof resolutionOptions

/** The package from `pnpm pack`, installed outside the workspace, in folders with the files of `consumer`. */
export type PackedConsumers = AsyncDisposable & {
  tarball: string
  /** Only the package and its dependencies. */
  plain: string
  /** With React and TanStack Query. */
  withReact: string
  /** A copy of the example. */
  example: string
}

/** Packs the client and installs the package. */
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
    const react = ['@tanstack/react-query', '@trpc/tanstack-react-query', 'react', '@types/react']
    await Promise.all([plain, withReact].map((to) => cp(join(root, 'consumer'), to, { recursive: true })))
    await cp(join(root, 'consumer/types.ts'), join(plain, 'types.cts'))
    await Promise.all([
      install(plain, tarball),
      install(withReact, tarball, react),
      install(example, tarball, ['@types/node']),
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

/**
 * Installs the tarball and what it declares into a folder, without a network: every dependency and peer that is not optional is
 * copied from where the workspace has it. What the package needs and does not declare is missing there, as it would be for its users.
 *
 * @param more further packages that an application has installed itself
 */
async function install(folder: string, tarball: string, more: readonly string[] = []): Promise<void> {
  const client = join(folder, 'node_modules/@prebook/client')
  await mkdir(client, { recursive: true })
  await writeFile(join(folder, 'package.json'), '{ "private": true, "type": "module" }', {
    flag: 'wx',
  }).catch(
    // The example has its own package.json.
    (error: NodeJS.ErrnoException) => (error.code === 'EEXIST' ? undefined : Promise.reject(error)),
  )
  await mustRun('tar', ['-xzf', tarball, '-C', client, '--strip-components=1'], folder)
  const { dependencies = {}, peerDependencies = {}, peerDependenciesMeta = {} } = await readManifest(client)
  const peers = Object.entries(peerDependencies).filter(([name]) => !peerDependenciesMeta[name]?.optional)
  await copyDependencies(folder, root, [...Object.entries(dependencies), ...peers])
  await copyDependencies(
    folder,
    root,
    more.map((name) => [name, null]),
  )
}

type Manifest = {
  version: string
  dependencies?: Record<string, string>
  peerDependencies?: Record<string, string>
  peerDependenciesMeta?: Record<string, { optional: boolean }>
}

async function readManifest(folder: string): Promise<Manifest> {
  return JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as Manifest
}

/**
 * Copies packages, and in turn what they depend on, from the workspace.
 *
 * @param from the package whose `node_modules` has them
 * @param names each with the exact version that it must have, or null for the one that is there
 */
async function copyDependencies(
  folder: string,
  from: string,
  names: readonly (readonly [name: string, version: string | null])[],
): Promise<void> {
  for (const [name, version] of names) {
    const source = await findPackage(from, name)
    const manifest = await readManifest(source)
    if (version !== null && /^\d/.test(version) && version !== manifest.version)
      throw new Error(`${name} is ${manifest.version} in the workspace, and the package asks for ${version}.`)
    const target = join(folder, 'node_modules', name)
    if (existsSync(target)) continue
    await cp(source, target, {
      recursive: true,
      filter: (path) => !path.includes('/node_modules/', source.length),
    })
    await copyDependencies(folder, source, Object.entries(manifest.dependencies ?? {}))
  }
}

/** Where a package finds another: in its own `node_modules`, or next to itself in pnpm's store. */
async function findPackage(from: string, name: string): Promise<string> {
  for (let folder = from; ; folder = dirname(folder)) {
    const candidate = join(folder, 'node_modules', name)
    if (existsSync(candidate)) return realpath(candidate)
    if (folder === dirname(folder)) throw new Error(`${name} is not installed for ${from}.`)
  }
}

/**
 * Type-checks files in a folder in strict mode, including the declarations of packages. The compiler's own libraries are
 * skipped, since checking them would take most of the time.
 *
 * @param more further options of the compiler
 */
export async function typeCheck(
  folder: string,
  files: string[],
  compiler: Compiler,
  resolution: Resolution,
  more: { skipLibCheck?: boolean } = {},
): Promise<Run> {
  const config = {
    compilerOptions: {
      target: 'es2022',
      lib: ['es2022', 'dom', 'dom.iterable'],
      ...resolutionOptions[resolution],
      moduleDetection: 'force',
      types: [],
      noEmit: true,
      strict: true,
      exactOptionalPropertyTypes: true,
      noUncheckedIndexedAccess: true,
      skipLibCheck: false,
      skipDefaultLibCheck: true,
      ...more,
    },
    files,
  }
  const file = join(folder, `tsconfig.${compiler}.${resolution}.json`)
  await writeFile(file, JSON.stringify(config))
  return compile(folder, file, compiler)
}

/**
 * Counts the type instantiations that a file needs, as TypeScript 6 reports them for an application that skips the checks of
 * declarations, like most.
 */
export async function countTypes(folder: string, file: string): Promise<{ instantiations: number }> {
  const project = join(folder, 'tsconfig.count.json')
  const compilerOptions = {
    target: 'es2022',
    lib: ['es2022', 'dom', 'dom.iterable'],
    module: 'nodenext',
    types: [],
    noEmit: true,
    strict: true,
    skipLibCheck: true,
    extendedDiagnostics: true,
  }
  await writeFile(project, JSON.stringify({ compilerOptions, files: [file] }))
  const { code, output } = await compile(folder, project, 'typescript-6')
  const [, instantiations] = /^Instantiations:\s+(\d+)$/m.exec(output) ?? []
  if (code !== 0 || instantiations === undefined) throw new Error(output)
  return { instantiations: Number(instantiations) }
}

/** Runs one of the workspace's compilers on a project elsewhere. */
export async function compile(folder: string, project: string, compiler: Compiler): Promise<Run> {
  const tsc = join(dirname(require.resolve(`${compiler}/package.json`)), 'bin', 'tsc')
  return runCommand(process.execPath, [tsc, '-p', project], { cwd: folder })
}
