import { plainJson } from './plain-text.ts'

/** A JSON object that begins with a list, streamed to standard output. */
export type JsonList = {
  /** Whether an entry has been written. */
  readonly started: boolean
  add(item: object): void
  /** Closes the list and writes the other members of the object. */
  end(rest: object): void
}

/**
 * Opens `{ "name": [ … ], … }` for a list that is too long to hold in memory. Nothing is written before the first entry
 * or the end.
 */
export function openJsonList(name: string): JsonList {
  let started = false
  const begin = () => (started ? ',\n' : `{\n  ${JSON.stringify(name)}: [\n`)
  return {
    get started() {
      return started
    },
    add(item) {
      process.stdout.write(begin() + indent(plainJson(item), '    '))
      started = true
    },
    end(rest) {
      const list = started ? '\n  ]' : `{\n  ${JSON.stringify(name)}: []`
      process.stdout.write(`${list},\n${plainJson(rest).slice(2)}\n`)
    },
  }
}

function indent(text: string, by: string): string {
  return by + text.replaceAll('\n', `\n${by}`)
}
