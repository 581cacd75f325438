import { realpathSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript-6'

/** What an editor shows: the label of a place in the program, and the documentation there. */
export type Hover = { label: string; documentation: string }

/** What an editor shows of the client. */
export type Hovers = { procedures: Hover[]; calls: Hover[]; fields: Hover[] }

const PRELUDE = `import { createClient, type RouterInputs, type RouterOutputs } from '@prebook/client'
export const client = createClient({ url: 'https://books.example.org' })
export type Inputs = RouterInputs
export type Outputs = RouterOutputs
`

/**
 * Reads the documentation of every procedure, its call, and every field of its input and output with TypeScript's language
 * service, as an editor does.
 *
 * @param folder an application with the installed package
 */
export function readHovers(folder: string): Hovers {
  const file = join(folder, 'hovers.ts')
  let text = PRELUDE
  let version = 0
  const options: ts.CompilerOptions = {
    strict: true,
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    lib: ['lib.es2022.d.ts', 'lib.dom.d.ts'],
    types: [],
    skipLibCheck: true,
  }
  const read = (path: string) => (path === file ? text : ts.sys.readFile(path))
  const service = ts.createLanguageService({
    getCompilationSettings: () => options,
    getScriptFileNames: () => [file],
    getScriptVersion: (path) => (path === file ? String(version) : '0'),
    getScriptSnapshot(path) {
      const content = read(path)
      return content === undefined ? undefined : ts.ScriptSnapshot.fromString(content)
    },
    getCurrentDirectory: () => folder,
    getDefaultLibFileName: ts.getDefaultLibFilePath,
    fileExists: (path) => path === file || ts.sys.fileExists(path),
    readFile: read,
    directoryExists: (path) => ts.sys.directoryExists(path),
    getDirectories: (path) => ts.sys.getDirectories(path),
    realpath: realpathSync,
  })

  for (const { messageText } of service.getSemanticDiagnostics(file))
    throw new Error(ts.flattenDiagnosticMessageText(messageText, '\n'))
  const places = placesOf(service.getProgram(), file)
  const marked = [...places.procedures, ...places.calls, ...places.fields]
  const offsets = new Map<Place, number>()
  for (const place of marked) {
    offsets.set(place, text.length + place.before.length)
    text += `${place.before}${place.name}${place.after};\n`
  }
  version += 1
  const hover = (place: Place): Hover => {
    const info = service.getQuickInfoAtPosition(file, offsets.get(place) ?? 0)
    return { label: place.label, documentation: ts.displayPartsToString(info?.documentation) }
  }
  return {
    procedures: places.procedures.map(hover),
    calls: places.calls.map(hover),
    fields: [...places.fields.map(hover), ...places.variants],
  }
}

/** A declaration file as a compiler prints it without comments. */
export function withoutComments(declarations: string): string {
  const source = ts.createSourceFile('file.d.ts', declarations, ts.ScriptTarget.ESNext)
  return ts.createPrinter({ removeComments: true }).printFile(source)
}

/** A line of code, and the name in it that the editor points at. */
type Place = { label: string; before: string; name: string; after: string }

const METHODS = ['query', 'mutate', 'subscribe'] as const

function placesOf(program: ts.Program | undefined, file: string) {
  const source = program?.getSourceFile(file)
  if (!program || !source) throw new Error(`${file} is not in the program.`)
  const checker = program.getTypeChecker()
  const places: { procedures: Place[]; calls: Place[]; fields: Place[]; variants: Hover[] } = {
    procedures: [],
    calls: [],
    fields: [],
    variants: [],
  }
  const typeOf = (symbol: ts.Symbol) => checker.getTypeOfSymbolAtLocation(symbol, source)
  const members = (type: ts.Type) => type.getProperties().filter(({ name }) => !name.startsWith('__@'))
  const member = (type: ts.Type, name: string) => {
    const symbol = type.getProperty(name)
    if (symbol === undefined) throw new Error(`${checker.typeToString(type)} has no ${name}.`)
    return typeOf(symbol)
  }

  /** The objects that a type consists of: the members of unions, and the items of arrays. */
  const objectsIn = (type: ts.Type): ts.Type[] => {
    if (type.isUnion()) return type.types.flatMap(objectsIn)
    if (checker.isArrayType(type) || type.symbol?.name === 'AsyncIterable')
      return checker.getTypeArguments(type as ts.TypeReference).flatMap(objectsIn)
    return type.flags & ts.TypeFlags.Object && type.getStringIndexType() === undefined ? [type] : []
  }
  const seen = new Set<ts.Symbol>()
  /** The fields of nested objects, whose documentation is that of their symbols. */
  const addNested = (type: ts.Type, label: string) => {
    for (const object of objectsIn(type)) {
      for (const symbol of members(object)) {
        const [declaration] = symbol.declarations ?? []
        if (declaration === undefined || seen.has(symbol)) continue
        seen.add(symbol)
        const path = `${label}.${symbol.name}`
        const documentation = ts.displayPartsToString(symbol.getDocumentationComment(checker))
        places.variants.push({ label: path, documentation })
        addNested(typeOf(symbol), path)
      }
    }
  }
  /** An expression of a type. */
  const valueOf = (type: ts.Type): string => {
    const [first = type] = type.isUnion()
      ? type.types.filter(({ flags }) => !(flags & (ts.TypeFlags.Undefined | ts.TypeFlags.Null)))
      : []
    if (first.isStringLiteral()) return JSON.stringify(first.value)
    if (first.flags & ts.TypeFlags.StringLike) return "''"
    if (first.flags & ts.TypeFlags.NumberLike) return '1'
    if (first.flags & ts.TypeFlags.BooleanLike) return 'true'
    return '[]'
  }

  const module = checker.getSymbolAtLocation(source)
  const exported = module === undefined ? [] : checker.getExportsOfModule(module)
  const [inputs, outputs, client] = ['Inputs', 'Outputs', 'client'].map((name) => {
    const symbol = exported.find((found) => found.name === name)
    if (symbol === undefined) throw new Error(`There is no ${name}.`)
    return symbol.flags & ts.SymbolFlags.TypeAlias ? checker.getDeclaredTypeOfSymbol(symbol) : typeOf(symbol)
  }) as [ts.Type, ts.Type, ts.Type]
  for (const feature of members(client)) {
    for (const procedure of members(typeOf(feature))) {
      const path = `${feature.name}.${procedure.name}`
      const at = `client.${path}`
      places.procedures.push({
        label: path,
        before: `client.${feature.name}.`,
        name: procedure.name,
        after: '',
      })
      const methods = members(typeOf(procedure)).map(({ name }) => name)
      for (const name of methods)
        places.calls.push({ label: `${path}.${name}`, before: `${at}.`, name, after: '' })
      const method = METHODS.find((name) => methods.includes(name)) ?? ''
      const input = member(member(inputs, feature.name), procedure.name)
      for (const object of objectsIn(input)) {
        for (const field of members(object)) {
          const type = typeOf(field)
          if (type.flags & ts.TypeFlags.Undefined) continue
          // The other fields show which of several forms it is.
          const others = members(object)
            .filter((other) => other !== field && !(other.flags & ts.SymbolFlags.Optional))
            .map((other) => `${other.name}: ${valueOf(typeOf(other))}, `)
          places.fields.push({
            label: `${path} input.${field.name}`,
            before: `${at}.${method}({ ${others.join('')}`,
            name: field.name,
            after: `: ${valueOf(type)} })`,
          })
        }
      }
      const output = member(member(outputs, feature.name), procedure.name)
      for (const { name } of method === 'subscribe' ? [] : members(checker.getNonNullableType(output))) {
        const before = `(null! as NonNullable<Outputs['${feature.name}']['${procedure.name}']>).`
        places.fields.push({ label: `${path} output.${name}`, before, name, after: '' })
      }
      addNested(input, `${path} input`)
      addNested(output, `${path} output`)
    }
  }
  return places
}
