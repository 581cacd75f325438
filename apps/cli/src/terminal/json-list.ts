import { plainJson } from './plain-text.ts'

/** A JSON object that begins with a list, written to standard output as the list comes. */
export type JsonList = {
  /** Whether anything is written yet. */
  readonly begun: boolean
  add(item: object): void
  /** Ends the list, and the object with what else it holds. */
  end(rest: object): void
}

/**
 * Opens `{ "name": [ … ], … }`, so that a list that may be very long is never in memory as a whole. Nothing is written
 * before the first entry or the end.
 */
export function openJsonList(name: string): JsonList {
  let begun = false
  const begin = () => (begun ? ',\n' : `{\n  ${JSON.stringify(name)}: [\n`)
  return {
    get begun() {
      return begun
    },
    add(item) {
      process.stdout.write(begin() + indent(plainJson(item), '    '))
      begun = true
    },
    end(rest) {
      const list = begun ? '\n  ]' : `{\n  ${JSON.stringify(name)}: []`
      process.stdout.write(`${list},\n${plainJson(rest).slice(2)}\n`)
    },
  }
}

function indent(text: string, by: string): string {
  return by + text.replaceAll('\n', `\n${by}`)
}
