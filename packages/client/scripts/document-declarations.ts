// TypeScript 7 has no API to parse declarations.
import ts from 'typescript-5.9'
import * as core from '@prebook/core'
import { appRouter, refusalsOf, type ProcedureName } from '@prebook/server'
import { z } from 'zod'
import { procedures, whoMayCall, type Entry } from './procedures.ts'

/** What is used of a JSON Schema. */
type Schema = {
  description?: string
  type?: string
  default?: unknown
  minimum?: number
  maximum?: number
  minLength?: number
  maxLength?: number
  minItems?: number
  maxItems?: number
  properties?: Record<string, Schema>
  items?: Schema
  anyOf?: Schema[]
  oneOf?: Schema[]
  allOf?: Schema[]
}
type Direction = 'input' | 'output'

/** The length of a line in a comment. */
const MAX_LINE = 120

/**
 * Adds a comment to each procedure, and to each field of inputs, outputs and entities, so that editors show it. The texts are
 * those of the table of procedures, of the server's table of refusals, and of the schemas of core, which the OpenAPI document
 * of the REST API shows too.
 *
 * @param declarations the text of a declaration file
 * @throws Error if a field has no description in its schema
 */
export function documentDeclarations(declarations: string): string {
  const source = ts.createSourceFile('index.d.ts', declarations, ts.ScriptTarget.ESNext, true)
  let text = declarations
  // From the end, so that the positions of what comes before stay the same.
  for (const statement of source.statements.toReversed()) {
    for (const [node, printed] of replacements(statement).toReversed())
      text = text.slice(0, node.getStart(source)) + printed + text.slice(node.getEnd())
  }
  return text
}

function replacements(statement: ts.Statement): (readonly [ts.Node, string])[] {
  if (ts.isVariableStatement(statement)) {
    const [routes] = statement.declarationList.declarations
    if (routes?.name.getText() !== 'routes' || !routes.type || !ts.isTypeLiteralNode(routes.type)) return []
    return [[routes.type, printFeatures(routes.type)]]
  }
  const schema = 'name' in statement ? entitySchema((statement.name as ts.Identifier).text) : undefined
  if (schema === undefined) return []
  if (ts.isTypeAliasDeclaration(statement))
    return [[statement.type, print(statement.type, schema, place(statement))]]
  if (!ts.isInterfaceDeclaration(statement)) return []
  const head = statement.getText().slice(0, statement.getText().indexOf('{'))
  const members = statement.members.map((member) =>
    printMember(member, schema, { ...place(statement), indent: '\t' }),
  )
  return [[statement, `${head}{\n${members.join('')}}`]]
}

const exportsOfCore = new Map<string, unknown>(Object.entries(core))

/** The schema of core that an entity has its name from. */
function entitySchema(name: string): Schema[] | undefined {
  const schema = exportsOfCore.get(name)
  return schema instanceof z.ZodType ? [jsonSchema(schema, 'output')] : undefined
}

/** Where a type is, to indent its members and for messages. */
type Place = { path: string; indent: string; direction: Direction }

function place({ name }: ts.TypeAliasDeclaration | ts.InterfaceDeclaration): Place {
  return { path: name.text, indent: '', direction: 'output' }
}

function printFeatures(features: ts.TypeLiteralNode): string {
  const printed = features.members.map((feature) => {
    if (!ts.isPropertySignature(feature) || !feature.type || !ts.isTypeLiteralNode(feature.type))
      throw new Error('A feature must be an object of procedures.')
    const name = feature.name.getText()
    const members = feature.type.members.map((member) => printProcedure(name, member))
    return `\t${name}: {\n${members.join('')}\t};\n`
  })
  return `{\n${printed.join('')}}`
}

function printProcedure(feature: string, member: ts.TypeElement): string {
  if (!ts.isPropertySignature(member) || !member.type || !ts.isTypeReferenceNode(member.type))
    throw new Error(`${feature} must contain procedures.`)
  const name = member.name.getText()
  const path = `${feature}.${name}` as ProcedureName
  const { input, output } = schemasOf(path)
  const [inputType, outputType] = member.type.typeArguments ?? []
  if (!inputType || !outputType) throw new Error(`${path} must have an input and an output.`)
  const at = { path, indent: '\t\t' }
  const types = [
    print(inputType, input, { ...at, direction: 'input' }),
    print(outputType, output, { ...at, direction: 'output' }),
  ]
  const [access, summary, scope] =
    (procedures as Record<string, Record<string, Entry>>)[feature]?.[name] ?? []
  if (access === undefined || summary === undefined)
    throw new Error(`${path} is not in the table of procedures.`)
  const doc = [
    summary,
    `For ${whoMayCall[access]}${scope === undefined ? '' : `, and tokens with the scope \`${scope}\``}.`,
    `May refuse with ${refusalsOf(path)
      .map((reason) => `\`${reason}\``)
      .join(', ')}.`,
  ].join('\n\n')
  return `${comment(doc, '\t\t')}\t\t${name}: ${member.type.typeName.getText()}<${types.join(', ')}>;\n`
}

/** The schemas of a procedure's input and output. */
function schemasOf(path: ProcedureName): Record<Direction, Schema[]> {
  const all: Record<string, { _def: { inputs: z.ZodType[]; output?: z.ZodType } }> =
    // oxlint-disable-next-line no-underscore-dangle -- tRPC has no other list of a router's procedures
    appRouter._def.procedures as never
  // oxlint-disable-next-line no-underscore-dangle -- nor another way to their schemas
  const { inputs = [], output } = all[path]?._def ?? {}
  return {
    input: inputs.map((schema) => jsonSchema(schema, 'input')),
    output: output === undefined ? [] : [jsonSchema(output, 'output')],
  }
}

function jsonSchema(schema: z.ZodType, io: Direction): Schema {
  return z.toJSONSchema(schema, { io, unrepresentable: 'any' }) as Schema
}

/** Prints a type with a comment before each field of its objects. */
function print(type: ts.TypeNode, schemas: Schema[], at: Place): string {
  const forms = schemas.flatMap(formsOf)
  if (ts.isTypeLiteralNode(type)) {
    const members = type.members.map((member) =>
      printMember(member, forms, { ...at, indent: `${at.indent}\t` }),
    )
    return `{\n${members.join('')}${at.indent}}`
  }
  if (ts.isUnionTypeNode(type)) return type.types.map((one) => print(one, forms, at)).join(' | ')
  if (ts.isParenthesizedTypeNode(type)) return `(${print(type.type, forms, at)})`
  if (ts.isArrayTypeNode(type)) {
    const items = forms.flatMap((form) => form.items ?? [])
    return `${print(type.elementType, items, at)}[]`
  }
  return type.getText()
}

function printMember(member: ts.TypeElement, schemas: Schema[], at: Place): string {
  if (!ts.isPropertySignature(member) || !member.type) return `${at.indent}${member.getText()}\n`
  const name = member.name.getText()
  const path = `${at.path}.${name}`
  const fields = schemas.flatMap(formsOf).flatMap((form) => form.properties?.[name] ?? [])
  const description = fields.flatMap(formsOf).find((form) => form.description !== undefined)?.description
  if (description === undefined) throw new Error(`${path} has no description in its schema.`)
  const doc = at.direction === 'input' ? [description, ...limitsOf(fields)].join(' ') : description
  const type = print(member.type, fields, { ...at, path })
  return `${comment(doc, at.indent)}${at.indent}${name}${member.questionToken ? '?' : ''}: ${type};\n`
}

/** A schema and, if it has several forms, each of them. */
function formsOf(schema: Schema): Schema[] {
  const { anyOf = [], oneOf = [], allOf = [] } = schema
  return [schema, ...[...anyOf, ...oneOf, ...allOf].flatMap(formsOf)]
}

/** What values of a field are accepted, in sentences. */
function limitsOf(fields: Schema[]): string[] {
  const sentences = fields
    .flatMap(formsOf)
    .flatMap((form) => [
      rangeOf(form.minimum, form.maximum, ''),
      rangeOf(form.minLength, form.maxLength, ' characters'),
      rangeOf(form.minItems, form.maxItems, ' items'),
      form.default === undefined
        ? null
        : `Default: \`${JSON.stringify(form.default).replaceAll('"', "'")}\`.`,
    ])
  return [...new Set(sentences.filter((sentence) => sentence !== null))]
}

function rangeOf(min = Number.MIN_SAFE_INTEGER, max = Number.MAX_SAFE_INTEGER, unit: string): string | null {
  const [least, most] = [min, max].map((limit) => limit.toLocaleString('en'))
  if (max === Number.MAX_SAFE_INTEGER) return min === 0 ? `At least ${least}${unit}.` : null
  return min > 1 || unit === '' ? `${least} to ${most}${unit}.` : `At most ${most}${unit}.`
}

function comment(text: string, indent: string): string {
  if (/@|\*\//.test(text)) throw new Error(`A comment cannot contain "@": ${text}`)
  const line = `${indent}/** ${text} */\n`
  if (!text.includes('\n') && line.length <= MAX_LINE) return line
  const lines = text
    .split('\n')
    .flatMap((paragraph) => wrap(paragraph, MAX_LINE - indent.length - ' * '.length))
  return `${indent}/**\n${lines.map((words) => `${indent} * ${words}`.trimEnd()).join('\n')}\n${indent} */\n`
}

/** The lines of a paragraph, each of at most some characters unless a word is longer. */
function wrap(paragraph: string, width: number): string[] {
  const lines = ['']
  for (const word of paragraph.split(' ')) {
    const line = lines.at(-1) ?? ''
    if (line === '') lines[lines.length - 1] = word
    else if (line.length + 1 + word.length <= width) lines[lines.length - 1] = `${line} ${word}`
    else lines.push(word)
  }
  return lines
}
