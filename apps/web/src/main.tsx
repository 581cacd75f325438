import './styles/main.css'
import { QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { reloadAfterDeployment } from './app/live/reload-after-deployment.ts'
import { createShopRouter } from './app/router.tsx'
import { createQueryClient } from './lib/query-client.ts'

reloadAfterDeployment()
const queryClient = createQueryClient()
const router = createShopRouter(queryClient)
const root = document.querySelector('#root')
if (root === null) throw new Error('The page has no #root element.')

createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={queryClient}>
      <RouterProvider router={router} />
    </QueryClientProvider>
  </StrictMode>,
)
