import { QueryClient } from '@tanstack/react-query'
import { expect, test, vi } from 'vitest'
import listed from '../../public/views.json' with { type: 'json' }

// The frame of the page reads the theme from the document.
vi.mock('./shell.tsx', () => ({ Shell: () => null }))

test('public/views.json lists the paths of all views, from which the server knows what is not found', async () => {
  // The page's client calls the origin of the page.
  vi.stubGlobal('location', new URL('https://books.example'))
  const { createShopRouter } = await import('./router.tsx')
  const paths = Object.keys(createShopRouter(new QueryClient()).routesByPath)
  expect(listed).toEqual(paths.toSorted())
  // The server expects an id where a path has a parameter.
  for (const parameter of paths.join().match(/\$\w+/g) ?? []) expect(parameter).toMatch(/Id$/)
})
