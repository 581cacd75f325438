// A page of another origin than the server, which has this origin in CORS_ORIGINS. Its own server has the options of the story.
import * as prebook from '@prebook/client'
import { story } from '../story.js'

const options = await (await fetch(`/story.json${location.search}`)).json()
const result = await story(prebook, options).catch((error) => ({ error: String(error?.stack ?? error) }))
document.querySelector('#result').textContent = JSON.stringify(result)
await fetch(options.report, { method: 'POST', body: JSON.stringify(result) })
