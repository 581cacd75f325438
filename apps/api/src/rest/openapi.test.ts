import { describe, expect, test } from 'vitest'
import { reasons } from '@prebook/core'
import { accessOf, refusals } from '@prebook/server'
import { openApiDocument } from './openapi.ts'
import { NoInput } from './route.ts'
import { restRoutes } from './routes.ts'

type Json = { [key: string]: Json }
const document = openApiDocument('https://books.example.org', '1.2.3') as Json
const operationOf = (path: string, method: string): Json =>
  document['paths']?.[path]?.[method.toLowerCase()] ?? {}

describe('the OpenAPI document', () => {
  test('names its version, title and server', () => {
    expect(document).toMatchObject({
      openapi: '3.1.0',
      info: { title: 'Prebook', version: '1.2.3' },
      servers: [{ url: 'https://books.example.org' }],
    })
  })

  test.each(restRoutes.map((route) => [`${route.method} ${route.path}`, route] as const))(
    'describes %s with its success and every error of the table',
    (_name, route) => {
      const { responses = {}, security, parameters, requestBody } = operationOf(route.path, route.method)

      expect(Object.keys(responses)).toContain(String(route.status))
      for (const reason of refusals[route.procedure]) {
        // Signing in by REST sets no cookie.
        if (reason === 'CSRF_REFUSED') continue
        const { http } = reasons[reason]
        expect(responses[http]?.['description']).toContain(`\`${reason}\``)
      }
      expect('401' in responses).toBe(
        accessOf(route.procedure) !== 'public' ||
          refusals[route.procedure].includes('AUTH_INVALID_CREDENTIALS'),
      )
      expect(security).toEqual(accessOf(route.procedure) === 'public' ? [] : [{ bearer: [] }])
      const named = Array.isArray(parameters) ? parameters.map(({ name }: Json) => name) : []
      expect((named as unknown[]).includes('id')).toBe(route.path.includes('{id}'))
      expect(requestBody !== undefined).toBe(route.method !== 'GET' && route.input !== NoInput)
    },
  )

  test('uses prices in whole units for input and output', () => {
    const body = operationOf('/books', 'POST')['requestBody']?.['content']?.['application/json']?.['schema']

    expect(body?.['properties']?.['price']).toMatchObject({ type: 'number', exclusiveMinimum: 0 })
    // Validators that divide in binary floating point would call 19.99 invalid.
    expect(JSON.stringify(document)).not.toContain('multipleOf')
    expect(body?.['required']).toEqual(['title', 'author', 'price'])
    expect(document['components']?.['schemas']?.['Book']?.['properties']).toHaveProperty('price')
    expect(JSON.stringify(document)).not.toMatch(/cents/i)
  })

  test('names fields, parameters and required fields in snake_case', () => {
    const names: string[] = []
    const collect = (value: unknown): void => {
      if (Array.isArray(value)) for (const item of value) collect(item)
      else if (typeof value === 'object' && value !== null) {
        const { properties, required } = value as { properties?: object; required?: unknown }
        names.push(...Object.keys(properties ?? {}), ...(Array.isArray(required) ? required.map(String) : []))
        Object.values(value).forEach(collect)
      }
    }
    collect(document['paths'])
    collect(document['components'])

    expect(names).toContain('stock_quantity')
    expect(names.filter((name) => !/^[a-z]+(_[a-z]+)*$/.test(name))).toEqual([])
    const query = operationOf('/books', 'GET')['parameters']
    expect(query).toMatchObject([
      { name: 'query' },
      { name: 'in_stock' },
      { name: 'limit' },
      { name: 'cursor' },
    ])
  })

  test('survives a JSON round trip', () => {
    expect(JSON.parse(JSON.stringify(document))).toEqual(document)
  })
})
