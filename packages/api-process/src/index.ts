export { startApi, type ApiProcess, type StartApiOptions } from './start-api.ts'
