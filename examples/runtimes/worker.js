// A worker, such as of workerd. The bundle of it is dist/worker.js.
import * as prebook from '@prebook/client'
import { story } from './story.js'

export default {
  async fetch(request) {
    try {
      return Response.json(await story(prebook, await request.json()))
    } catch (error) {
      return new Response(String(error?.stack ?? error), { status: 500 })
    }
  },
}
