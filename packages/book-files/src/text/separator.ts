/** The separators that a file may use between columns. */
export const separators = [',', ';', '\t', '|'] as const

export type Separator = (typeof separators)[number]
