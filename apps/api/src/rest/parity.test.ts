import { describe, expect, test } from 'vitest'
import { appRouter, procedureType } from '@prebook/server'
import { restRoutes, withoutRoute } from './routes.ts'

// oxlint-disable-next-line no-underscore-dangle -- tRPC offers no other list of a router's procedures
const procedures = Object.keys(appRouter._def.procedures)
const answering = new Set<string>(restRoutes.map(({ procedure }) => procedure))
const names = new Set(restRoutes.map(({ method, path }) => `${method} ${path}`))

describe('a procedure', () => {
  test.each(procedures)('%s has a route, or a reason for none', (name) => {
    expect([answering.has(name), Object.hasOwn(withoutRoute, name)]).toContain(true)
    expect([answering.has(name), Object.hasOwn(withoutRoute, name)]).toContain(false)
  })

  test.each(Object.entries(withoutRoute))('%s, without a route, exists and names one', (name, exception) => {
    expect(procedures).toContain(name)
    expect(names).toContain(exception.instead)
    expect(exception.because).toMatch(/\.$/)
  })
})

describe('a route', () => {
  test.each(restRoutes.map((route) => [`${route.method} ${route.path}`, route] as const))(
    '%s has the method that its procedure implies',
    (_name, { method, path, pathField, procedure }) => {
      const changes = procedureType(procedure) === 'mutation'
      expect(method !== 'GET').toBe(changes)
      expect(path.includes('{id}')).toBe(pathField !== undefined)
    },
  )

  test('is the only one at its method and path', () => {
    expect(names.size).toBe(restRoutes.length)
    expect(new Set(restRoutes.map(({ operationId }) => operationId)).size).toBe(restRoutes.length)
  })

  // `books.create` is `POST /books` and so on: docs/decisions/0041-every-procedure-has-a-route.md.
  test.each(
    restRoutes

      // A download is a second route of its list.
      .filter(
        ({ procedure, download }) =>
          download === undefined && /^(?!account\.|shop\.)\w+\.(?:create|list|get|update)$/.test(procedure),
      )
      .map((route) => [route.procedure, `${route.method} ${route.path}`] as const),
  )('%s is %s', (procedure, name) => {
    const [feature = '', verb = ''] = procedure.split('.')
    const conventional: Record<string, string> = {
      create: `POST /${feature}`,
      list: `GET /${feature}`,
      get: `GET /${feature}/{id}`,
      update: `PATCH /${feature}/{id}`,
    }
    expect(name).toBe(conventional[verb])
  })
})
