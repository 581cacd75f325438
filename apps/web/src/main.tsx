import './styles/main.css'
import { QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { outliveDeployments } from './app/live/gone-files.ts'
import { createShopRouter } from './app/router.tsx'
import { createQueryClient } from './lib/query-client.ts'

outliveDeployments()
const queryClient = createQueryClient()
const router = createShopRouter(queryClient)
const root = document.querySelector('#root')
if (root === null) throw new Error('The page has no place for the shop.')

createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={queryClient}>
      <RouterProvider router={router} />
    </QueryClientProvider>
  </StrictMode>,
)
