import { Option } from 'commander'

/** Options of the commands that read a list from a file. */
export type FileOptions = { encoding?: string }

/** The option that overrules the detected encoding of a file. */
export function encodingOption(): Option {
  return new Option('--encoding <name>', 'Encoding of a text file, such as windows-1252 (default: detected)')
}
