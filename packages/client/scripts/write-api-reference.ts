import { execFileSync } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
// TypeScript 7 has no API to parse declarations.
import ts from 'typescript-5.9'
import { reasons, type Reason } from '@prebook/core'
import { procedures } from './procedures.ts'

const packageFolder = fileURLToPath(new URL('..', import.meta.url))
const file = join(packageFolder, 'docs/api.md')

type Declaration = {
  name: string
  kind: 'constant' | 'function' | 'type'
  exported: boolean
  code: string
  doc: Doc | null
}
type Doc = { text: string; tags: { name: string; text: string }[] }

/** Internal building blocks of the types, which the reference omits. */
const internalTypes = new Set([
  'Argument',
  'Def',
  'Internals',
  'LoopOf',
  'Mutation',
  'Own',
  'Query',
  'Subscription',
])

/**
 * Generates the API reference from the published declarations.
 *
 * @param dist the folder of the built package
 * @returns the Markdown text
 */
export async function apiReference(dist: string): Promise<string> {
  const main = await readDeclarations(join(dist, 'index.d.ts'))
  const email = await readDeclarations(join(dist, 'email.d.ts'))
  const expectedDate = await readDeclarations(join(dist, 'expected-date.d.ts'))
  const limits = await readDeclarations(join(dist, 'limits.d.ts'))
  const price = await readDeclarations(join(dist, 'price.d.ts'))
  const token = await readDeclarations(join(dist, 'token.d.ts'))
  const tanstack = await readDeclarations(join(dist, 'tanstack-query.d.ts'))
  const testing = await readDeclarations(join(dist, 'testing.d.ts'))
  const supporting = [...main.declarations, ...tanstack.declarations].filter(
    ({ name, exported, doc }) =>
      !exported && !internalTypes.has(name) && (doc !== null || name.endsWith('Options')),
  )
  const markdown = [
    '# API reference',
    'Generated from the published declarations by `pnpm --filter @prebook/client api-reference`. Do not edit.',
    '## Procedures',
    procedureTable(),
    '- Call a `Query<Input, Output>` with `.query(input)` and a `Mutation<Input, Output>` with `.mutate(input)`. Both return a ' +
      'promise. The optional second argument is `{ signal }`. An input that can be `void` can be left out.\n' +
      '- A query that returns `{ items, nextCursor }` also has `.all(input, { signal })`: every item, for a `for await` loop ' +
      'that requests page by page. See [ListLoop](#listloop).\n' +
      '- Call a `Subscription<Input, AsyncIterable<Tracked<Item>>>` with `.subscribe(input, { onData, onError })`. `onData` ' +
      'receives each `{ id, data }`. For a `for await` loop over the `data` of each, it has `.iterate(input, { signal })`; ' +
      'without an input, `.iterate({ signal })`. See [StreamLoop](#streamloop).',
    ...proceduresByFeature(main.source),
    '## Reasons',
    'Why a server refuses a call, with the default message.',
    reasonTable(main.source),
    '## `@prebook/client`',
    ...main.declarations.filter(({ exported }) => exported).map(section),
    '## `@prebook/client/email`',
    ...email.declarations.filter(({ exported }) => exported).map(section),
    '## `@prebook/client/expected-date`',
    ...expectedDate.declarations.filter(({ exported }) => exported).map(section),
    '## `@prebook/client/limits`',
    ...limits.declarations.filter(({ exported }) => exported).map(section),
    '## `@prebook/client/price`',
    ...price.declarations.filter(({ exported }) => exported).map(section),
    '## `@prebook/client/tanstack-query`',
    ...tanstack.declarations.filter(({ exported }) => exported).map(section),
    '## `@prebook/client/testing`',
    ...testing.declarations.filter(({ exported }) => exported).map(section),
    '## `@prebook/client/token`',
    ...token.declarations.filter(({ exported }) => exported).map(section),
    '## Supporting types',
    'The types above use these. They are not exported.',
    ...supporting.map(section),
  ].join('\n\n')
  return formatted(markdown)
}

async function readDeclarations(path: string) {
  const source = ts.createSourceFile(path, await readFile(path, 'utf8'), ts.ScriptTarget.ESNext, true)
  const exports = exportedNames(source)
  const declarations: Declaration[] = []
  for (const statement of source.statements) {
    if (ts.isVariableStatement(statement)) {
      declarations.push(...constantsOf(statement, source, exports))
      continue
    }
    if (
      !ts.isFunctionDeclaration(statement) &&
      !ts.isTypeAliasDeclaration(statement) &&
      !ts.isInterfaceDeclaration(statement)
    )
      continue
    const name = statement.name?.text ?? ''
    declarations.push({
      name,
      kind: ts.isFunctionDeclaration(statement) ? 'function' : 'type',
      exported: isExported(statement) || exports.has(name),
      code: codeOf(statement, source),
      doc: docOf(statement),
    })
  }
  return { source, declarations: declarations.toSorted(byKindAndName) }
}

/** The exported constants of a statement. Other constants are internal. */
function constantsOf(
  statement: ts.VariableStatement,
  source: ts.SourceFile,
  exports: Set<string>,
): Declaration[] {
  return statement.declarationList.declarations
    .map(({ name }) => name.getText(source))
    .filter((name) => isExported(statement) || exports.has(name))
    .map((name) => ({
      name,
      kind: 'constant',
      exported: true,
      // A constant without a value needs `declare`, or the formatter cannot parse it.
      code: `declare ${codeOf(statement, source)}`,
      doc: docOf(statement),
    }))
}

function isExported(statement: { modifiers?: ts.NodeArray<ts.ModifierLike> }): boolean {
  return statement.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword) === true
}

function codeOf(statement: ts.Statement, source: ts.SourceFile): string {
  return statement
    .getText(source)
    .replace(/^export /, '')
    .replace(/^declare /, '')
}

/** The names in `export { … }` and `export type { … }`. */
function exportedNames(source: ts.SourceFile): Set<string> {
  const names = new Set<string>()
  for (const statement of source.statements) {
    if (!ts.isExportDeclaration(statement) || !statement.exportClause) continue
    if (!ts.isNamedExports(statement.exportClause)) continue
    for (const { name } of statement.exportClause.elements) names.add(name.text)
  }
  return names
}

function docOf(node: ts.Node): Doc | null {
  const comment = ts.getJSDocCommentsAndTags(node).findLast((entry) => ts.isJSDoc(entry))
  if (comment === undefined || !ts.isJSDoc(comment)) return null
  const tags = (comment.tags ?? []).map((tag) => ({
    name: ts.isJSDocParameterTag(tag) ? `\`${tag.name.getText()}\`` : tag.tagName.text,
    text: ts.getTextOfJSDocComment(tag.comment) ?? '',
  }))
  return { text: ts.getTextOfJSDocComment(comment.comment) ?? '', tags }
}

function section({ name, code, doc }: Declaration): string {
  const notes = doc?.tags.filter((tag) => tag.name !== 'example') ?? []
  const examples = doc?.tags.filter((tag) => tag.name === 'example') ?? []
  return [
    `### ${name}`,
    linked(doc?.text ?? ''),
    fence('typescript', code),
    notes.map((tag) => `- ${tag.name === 'throws' ? 'Throws' : tag.name}: ${linked(tag.text)}`).join('\n'),
    ...examples.map((tag) => fence('ts', tag.text)),
  ]
    .filter((part) => part !== '')
    .join('\n\n')
}

function byKindAndName(a: Declaration, b: Declaration): number {
  return a.kind.localeCompare(b.kind) || a.name.localeCompare(b.name)
}

/** Every procedure with who may call it and what it does. */
function procedureTable(): string {
  const rows = Object.entries(procedures).flatMap(([feature, entries]) =>
    Object.entries(entries).map(
      ([name, [access, summary, scope = null]]) =>
        `| \`${feature}.${name}\` | ${access} | ${scope === null ? '' : `\`${scope}\``} | ${summary} |`,
    ),
  )
  return [
    '| procedure | who may call it | scope of a token | what it does |',
    '|---|---|---|---|',
    ...rows,
  ].join('\n')
}

/** The types of the procedures, by feature, from the type of the constant `routes`. */
function proceduresByFeature(source: ts.SourceFile): string[] {
  return membersOf(source, 'routes').map((feature) => {
    const name = feature.name.getText(source)
    const type = (feature.type?.getText(source) ?? '').replaceAll(' | undefined', '')
    return `### ${name}\n\n${fence('typescript', `type ${name} = ${type}`)}`
  })
}

function reasonTable(source: ts.SourceFile): string {
  const rows = membersOf(source, 'known').map(({ name }) => {
    const reason = name.getText(source) as Reason
    return `| \`${reason}\` | ${reasons[reason].message} |`
  })
  return ['| reason | message |', '|---|---|', ...rows].join('\n')
}

/** The members of the type of a constant. */
function membersOf(source: ts.SourceFile, constant: string): ts.PropertySignature[] {
  for (const statement of source.statements) {
    if (!ts.isVariableStatement(statement)) continue
    for (const { name, type } of statement.declarationList.declarations) {
      if (name.getText(source) !== constant || type === undefined || !ts.isTypeLiteralNode(type)) continue
      return type.members.filter((member) => ts.isPropertySignature(member))
    }
  }
  throw new Error(`The declarations have no constant "${constant}" with an object type.`)
}

function linked(text: string): string {
  return text.replaceAll(/\{@link (\w+)\}/g, (_, name: string) => `[${name}](#${name.toLowerCase()})`)
}

/** A block of code. Markdown shows a link in a comment as text, so it becomes a name. */
function fence(language: string, code: string): string {
  const named = code.replaceAll(/\{@link (\w+)\}/g, '`$1`')
  return `\`\`\`${language}\n${named.replaceAll('\t', '  ')}\n\`\`\``
}

/** Formats the text like `pnpm format`. */
function formatted(markdown: string): string {
  const oxfmt = join(packageFolder, '../../node_modules/.bin/oxfmt')
  return execFileSync(oxfmt, ['--stdin-filepath', file], { input: markdown, encoding: 'utf8' })
}

if (import.meta.main) await writeFile(file, await apiReference(join(packageFolder, 'dist')))
