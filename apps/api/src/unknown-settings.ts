import { closest, distance } from 'fastest-levenshtein'
import { describeConfig } from './config.ts'

/** A variable that is no setting, and the setting that was probably meant. */
export type UnknownSetting = { name: string; meant: string }

/** One letter in so many may differ: three in `TRUSTED_PROXIES`, and none in `PORT`, which is close to `PATH`. */
const LETTERS_PER_ERROR = 5

/**
 * The variables whose names are almost those of settings. They have no effect, and a service with a mistyped setting starts with
 * its default. Other variables of the environment are not for this service.
 */
export function unknownSettings(environment: Record<string, string | undefined>): UnknownSetting[] {
  const known: string[] = describeConfig().map(({ name }) => name)
  return Object.keys(environment).flatMap((name) => {
    if (known.includes(name)) return []
    const meant = closest(name.toUpperCase(), known)
    const isClose = distance(name.toUpperCase(), meant) <= Math.floor(meant.length / LETTERS_PER_ERROR)
    return isClose ? [{ name, meant }] : []
  })
}

/** Says that a variable is no setting, with the one that was probably meant. */
export function describeUnknown({ name, meant }: UnknownSetting): string {
  return `${name} is not a setting and has no effect: did you mean ${meant}?`
}
