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

/** The readers whom the story does not name. */
export const extraReaders: readonly Account[] = names.map((name) => ({
  name,
  email: `${name.toLowerCase()}@town.example`,
  password: READER_PASSWORD,
}))
