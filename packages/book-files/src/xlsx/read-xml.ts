// oxlint-disable-next-line typescript/triple-slash-reference -- types of a package that has none, for the packages that import this one
/// <reference path="./saxen.d.ts" />
import { Parser } from 'saxen'

/** The most characters of a row or a shared text: the parser keeps what it has not finished. */
export const MAX_ELEMENT = 2_000_000

export type XmlHandlers = {
  /** The local name of an element, and its attributes, which are parsed when they are asked for. */
  open?: (name: string, attributes: () => Record<string, string>) => void
  close?: (name: string) => void
  text?: (text: string) => void
}

/** A parser of XML that is fed with pieces of a document. Both functions throw an Error when it is not well-formed. */
export type XmlReader = { write: (text: string) => void; end: () => void }

/** Reads XML in pieces. Names come without the prefix of their namespace, which differs between programs. */
export function readXml(handlers: XmlHandlers): XmlReader {
  const parser = new Parser()
  let failure: Error | null = null
  parser.on('error', (error) => (failure ??= error))
  parser.on('openTag', (name, attributes, decode) => {
    handlers.open?.(localName(name), () =>
      Object.fromEntries(Object.entries(attributes()).map(([key, value]) => [localName(key), decode(value)])),
    )
  })
  parser.on('closeTag', (name) => handlers.close?.(localName(name)))
  parser.on('text', (text, decode) => handlers.text?.(decode(text)))
  parser.on('cdata', (text) => handlers.text?.(text))
  const check = () => {
    if (failure !== null) throw failure
  }
  return {
    write: (text) => {
      parser.write(text)
      check()
    },
    end: () => {
      parser.end()
      check()
    },
  }
}

function localName(name: string): string {
  return name.slice(name.indexOf(':') + 1)
}
