import { execFileSync } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
// TypeScript 7 has no API to read declarations with.
import ts from 'typescript-5.9'
import { reasons, type Reason } from '@prebook/core'

const packageFolder = fileURLToPath(new URL('..', import.meta.url))
const file = join(packageFolder, 'docs/api.md')

type Declaration = {
  name: string
  kind: 'function' | 'type'
  exported: boolean
  code: string
  doc: Doc | null
}
type Doc = { text: string; tags: { name: string; text: string }[] }

/** What the types that matter are made from: of no use to a reader. */
const machinery = new Set(['Def', 'ErrorShape', 'Mutation', 'PrebookRouter', 'Query', 'Subscription'])

/**
 * Writes the API reference from the declarations as they are published, so that it tells what an application sees.
 *
 * @param dist the folder with the built package
 */
export async function apiReference(dist: string): Promise<string> {
  const main = await readDeclarations(join(dist, 'index.d.ts'))
  const tanstack = await readDeclarations(join(dist, 'tanstack-query.d.ts'))
  const behind = [...main.declarations, ...tanstack.declarations].filter(
    ({ name, exported, doc }) =>
      !exported && !machinery.has(name) && (doc !== null || name.endsWith('Options')),
  )
  const markdown = [
    '# API reference',
    'Written from the published declarations by `pnpm --filter @prebook/client api-reference`; do not edit.',
    '## Procedures',
    '`list: Query<Input, Answer>` is called with `.list.query(input)`, `Mutation<Input, Answer>` with `.mutate(input)`; `void` ' +
      'is no input, and `{ signal }` may follow. The answer comes as a promise.',
    '`watch: Subscription<Input, AsyncIterable<Tracked<Item>>>` is called with `.watch.subscribe(input, { onData, onError })`; ' +
      '`onData` is given each `{ id, data }`.',
    ...proceduresByFeature(main.source),
    '## Reasons',
    'Why a server refuses, with the sentence that it has for a person unless it knows better.',
    reasonTable(main.source),
    '## `@prebook/client`',
    ...main.declarations.filter(({ exported }) => exported).map(section),
    '## `@prebook/client/tanstack-query`',
    ...tanstack.declarations.filter(({ exported }) => exported).map(section),
    '## Types behind them',
    'They are used above and have no name to import.',
    ...behind.map(section),
  ].join('\n\n')
  return formatted(markdown)
}

async function readDeclarations(path: string) {
  const source = ts.createSourceFile(path, await readFile(path, 'utf8'), ts.ScriptTarget.ESNext, true)
  const exports = exportedNames(source)
  const declarations: Declaration[] = []
  for (const statement of source.statements) {
    if (
      !ts.isFunctionDeclaration(statement) &&
      !ts.isTypeAliasDeclaration(statement) &&
      !ts.isInterfaceDeclaration(statement)
    )
      continue
    const name = statement.name?.text ?? ''
    const isExported = statement.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword) === true
    declarations.push({
      name,
      kind: ts.isFunctionDeclaration(statement) ? 'function' : 'type',
      exported: isExported || exports.has(name),
      code: statement
        .getText(source)
        .replace(/^export /, '')
        .replace(/^declare /, ''),
      doc: docOf(statement),
    })
  }
  return { source, declarations: declarations.toSorted(functionsFirst) }
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

function functionsFirst(a: Declaration, b: Declaration): number {
  return a.kind.localeCompare(b.kind) || a.name.localeCompare(b.name)
}

/** The procedures of each feature, from the type of the record that holds them all. */
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
  return ['| reason | sentence |', '|---|---|', ...rows].join('\n')
}

/** The members of the type of a constant in the declarations. */
function membersOf(source: ts.SourceFile, constant: string): ts.PropertySignature[] {
  for (const statement of source.statements) {
    if (!ts.isVariableStatement(statement)) continue
    for (const { name, type } of statement.declarationList.declarations) {
      if (name.getText(source) !== constant || type === undefined || !ts.isTypeLiteralNode(type)) continue
      return type.members.filter((member) => ts.isPropertySignature(member))
    }
  }
  throw new Error(`The declarations have no constant "${constant}" whose type says what it holds.`)
}

function linked(text: string): string {
  return text.replaceAll(/\{@link (\w+)\}/g, (_, name: string) => `[${name}](#${name.toLowerCase()})`)
}

function fence(language: string, code: string): string {
  return `\`\`\`${language}\n${code.replaceAll('\t', '  ')}\n\`\`\``
}

/** As `pnpm format` would leave it. */
function formatted(markdown: string): string {
  const oxfmt = join(packageFolder, '../../node_modules/.bin/oxfmt')
  return execFileSync(oxfmt, ['--stdin-filepath', file], { input: markdown, encoding: 'utf8' })
}

if (import.meta.main) await writeFile(file, await apiReference(join(packageFolder, 'dist')))
