export { type ListItem, type ListName } from './list-columns.ts'
export { columnNames, listWriter } from './write-list.ts'
