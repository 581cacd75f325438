import { accessTable } from '@prebook/server/access'
import type { RouterInputs } from '@prebook/client'

/** The name of a procedure, such as `prebooks.create`. */
export type FakeProcedure = {
  [Feature in keyof RouterInputs]: `${Feature}.${keyof RouterInputs[Feature] & string}`
}[keyof RouterInputs]

/** Every procedure: the table of who may call it has them all. */
export const procedureNames = Object.keys(accessTable) as FakeProcedure[]
