import { methods } from './methods.ts'
import fc from 'fast-check'
import { brokenFields, brokenName, brokenText, serializeFields } from './broken-values.ts'
import type { Caller } from './people.ts'
import type { Procedure } from './procedures.ts'
import { anyCaller, contentType, oddHeaders } from './rest-attempts.ts'
import { describeAttempt, inAddress, type Attempt } from './send.ts'
import { validFields, type Fields } from './sound-values.ts'

/** A tRPC request and its caller. The session is added when the request is sent. */
export type TrpcAttempt = Attempt & {
  caller: Caller
  batch: boolean
  /** The names of the called procedures, which may not exist. */
  calls: string[]
  /** The text of each input, null for no input; null as a whole if the request may alter or lose its inputs. */
  inputs: (string | null)[] | null
  [fc.toStringMethod](): string
}

/** Generates the text of an input; null for no input. */
const inputOf = ({ input }: Procedure): fc.Arbitrary<string | null> => {
  if (input === null) {
    return fc.oneof(
      { weight: 8, arbitrary: fc.constant(null) },
      fc.constantFrom('{}', 'null', '{', '[1]', '"x"'),
    )
  }
  const valid = validFields(input)
  return fc.oneof(
    { weight: 8, arbitrary: valid.map(serializeFields) },
    { weight: 7, arbitrary: brokenFields(valid).map(serializeFields) },
    { weight: 2, arbitrary: brokenText(valid).map((text) => Buffer.from(text).toString()) },
    { weight: 1, arbitrary: fc.constant(null) },
  )
}

const oddQueries = [
  'input={}',
  'input=',
  'batch=1',
  'batch=',
  'batch=1&batch=2',
  'connectionParams={',
  'x=%',
  'input=%ff',
]

/** Generates requests with a single call. */
export function singleCalls(procedure: Procedure): fc.Arbitrary<TrpcAttempt> {
  const usual = procedure.type === 'query' ? 'GET' : 'POST'
  return fc
    .record({
      caller: anyCaller,
      method: fc.oneof(
        { weight: 30, arbitrary: fc.constant(usual) },
        { weight: 1, arbitrary: fc.constantFrom(...methods) },
      ),
      input: inputOf(procedure),
      headers: oddHeaders,
      type: contentType,
      odd: fc.oneof({ weight: 15, arbitrary: fc.constant('') }, fc.constantFrom(...oddQueries)),
    })
    .map(({ caller, method, input, headers, type, odd }) => {
      const inQuery = usual === 'GET' && input !== null ? `input=${inAddress(input)}` : ''
      const query = [inQuery, odd].filter((part) => part !== '').join('&')
      const attempt: Attempt = {
        method,
        path: `/trpc/${procedure.name}${query === '' ? '' : `?${query}`}`,
        headers: { ...headers, ...(type !== undefined && { 'content-type': type }) },
        ...(usual === 'POST' && input !== null && { body: input }),
      }
      const plain = odd === '' && method === usual
      return complete(attempt, {
        caller,
        batch: false,
        calls: [procedure.name],
        inputs: plain ? [input] : null,
      })
    })
    .filter(fits)
}

/** Generates batches of calls of existing and unknown procedures. */
export function batches(procedures: Procedure[]): fc.Arbitrary<TrpcAttempt> {
  const known = fc
    .constantFrom(...procedures)
    .chain((procedure) => inputOf(procedure).map((input) => ({ name: procedure.name, input })))
  const unknown = fc
    .oneof(
      fc.constantFrom('constructor', '__proto__', 'books', 'books.list.x', 'books.__proto__', '%', ' ', ''),
      brokenName,
    )
    .map((name) => ({ name: name.replaceAll(',', ''), input: '{}' }))
  const call = fc.oneof({ weight: 12, arbitrary: known }, { weight: 1, arbitrary: unknown })
  return fc
    .record({
      caller: anyCaller,
      method: fc.constantFrom('GET', 'POST', 'POST'),
      calls: fc.array(call, { minLength: 1, maxLength: 12 }),
      extra: fc.oneof(
        { weight: 8, arbitrary: fc.constant<Fields>([]) },
        brokenFields(fc.constant<Fields>([])),
      ),
      headers: oddHeaders,
      type: contentType,
    })
    .map(({ caller, method, calls, extra, headers, type }) => {
      const given = calls.flatMap(({ input }, index) => (input === null ? [] : [`"${index}":${input}`]))
      const text = `{${[...given, ...extra.map((field) => serializeFields([field]).slice(1, -1))].join(',')}}`
      const names = calls.map(({ name }) => name)
      const path = `/trpc/${inAddress(names.join(','))}?batch=1`
      const attempt: Attempt =
        method === 'GET'
          ? { method, path: `${path}&input=${inAddress(text)}`, headers }
          : {
              method,
              path,
              headers: { ...headers, ...(type !== undefined && { 'content-type': type }) },
              body: text,
            }
      return complete(attempt, { caller, batch: true, calls: names, inputs: null })
    })
    .filter(fits)
}

/** Whether the path is short enough: Node's HTTP parser rejects longer ones. */
function fits({ path }: Attempt): boolean {
  return path.length < 12_000
}

function complete(
  attempt: Attempt,
  more: Pick<TrpcAttempt, 'caller' | 'batch' | 'calls' | 'inputs'>,
): TrpcAttempt {
  return { ...attempt, ...more, [fc.toStringMethod]: () => `${more.caller}: ${describeAttempt(attempt)}` }
}
