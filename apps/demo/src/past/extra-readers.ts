import { READER_PASSWORD, type Account } from '../people.ts'

const names = [
  'Agnes',
  'Bruno',
  'Clara',
  'Dora',
  'Emil',
  'Frida',
  'Gustav',
  'Hanna',
  'Igor',
  'Jonas',
  'Klara',
  'Lotte',
  'Milan',
  'Nora',
  'Oskar',
  'Paula',
  'Quentin',
  'Rosa',
  'Samuel',
  'Tilda',
  'Uma',
  'Viktor',
  'Wanda',
  'Xenia',
  'Yusuf',
  'Zora',
  'Astrid',
  'Boris',
  'Carla',
  'David',
]

/** The readers who are not named in the tour. */
export const extraReaders: readonly Account[] = names.map((name) => ({
  name,
  email: `${name.toLowerCase()}@customers.example`,
  password: READER_PASSWORD,
}))
