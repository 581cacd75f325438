/**
 * What every application does: signs in, lists books, pre-books one, watches it until the shop restocks it, and recognises a
 * refusal and an unreachable server. Only the import of the package differs between runtimes.
 *
 * @param {typeof import('@prebook/client')} prebook the package
 * @param {object} options
 * @param {string} options.url the URL of a Prebook server
 * @param {string} options.nowhere a URL at which no server listens
 * @param {{ email: string, password: string }} options.admin an account that can restock
 * @param {string} options.name unique, since an account has its name
 * @param {'token' | 'cookie'} [options.session] how the session is kept
 */
export async function story(prebook, { url, nowhere, admin, name, session = 'token' }) {
  const { createClient, explainError, isPrebookError, memoryStorage } = prebook
  const shop = createClient({ url, storage: memoryStorage() })
  await shop.auth.login.mutate(admin)
  const book = await shop.books.create.mutate({
    title: `Dune, read in ${name}`,
    author: 'Frank Herbert',
    priceCents: 999,
  })

  const account = {
    email: `${name.toLowerCase().replaceAll(/\W+/g, '-')}@example.org`,
    password: 'a password for the story',
  }
  await createClient({ url }).auth.register.mutate(account)
  const reader = createClient(
    session === 'cookie'
      ? { url, fetch: (to, init) => fetch(to, { ...init, credentials: 'include' }) }
      : { url, storage: memoryStorage() },
  )
  await reader.auth.login.mutate({ ...account, session })
  const [me, { items }] = await Promise.all([
    reader.auth.me.query(),
    reader.books.list.query({ inStock: false }),
  ])

  const { id } = await reader.prebooks.create.mutate({ bookId: book.id })
  const twice = await reader.prebooks.create.mutate({ bookId: book.id }).catch((error) => error)

  const watched = []
  await new Promise((resolve, reject) => {
    const watching = reader.prebooks.watch.subscribe(undefined, {
      onData({ data }) {
        if (data.id !== id || watched.includes(data.status)) return
        watched.push(data.status)
        if (data.status === 'waiting')
          shop.stock.set.mutate({ bookId: book.id, quantity: 1 }).catch((error) => reject(error))
        if (data.status !== 'notified') return
        watching.unsubscribe()
        resolve()
      },
      onError: reject,
    })
  })
  await reader.auth.logout.mutate()

  const unanswered = await createClient({ url: nowhere })
    .books.list.query({})
    .catch((error) => error)
  return {
    signedIn: me?.email === account.email,
    listed: items.some((item) => item.id === book.id),
    watched,
    refused: isPrebookError(twice, 'PREBOOK_DUPLICATE') && explainError(twice).kind,
    unreachable: explainError(unanswered).kind,
  }
}
