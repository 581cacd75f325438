import { createConfig, lintFromString } from '@redocly/openapi-core'
import spectral from '@stoplight/spectral-core'
import rulesets from '@stoplight/spectral-rulesets'
import { expect, test } from 'vitest'
import { openApiDocument } from './openapi.ts'

const document = openApiDocument('https://books.example.org', '1.2.3')

test('redocly finds nothing in the document, with its recommended rules', async () => {
  const config = await createConfig({ extends: ['recommended'] })
  const found = await lintFromString({
    source: JSON.stringify(document),
    absoluteRef: 'openapi.json',
    config,
  })
  expect(
    found.map(({ severity, ruleId, message, location }) => [severity, ruleId, message, location[0]?.pointer]),
  ).toEqual([])
})

test('spectral finds nothing in the document, with its rules for OpenAPI', async () => {
  const linter = new spectral.Spectral()
  // Its types are of another version of the package.
  linter.setRuleset({ extends: [rulesets.oas as never] })
  const found = await linter.run(document)
  expect(found.map(({ severity, code, message, path }) => [severity, code, message, path.join('.')])).toEqual(
    [],
  )
})
