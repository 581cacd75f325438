// Node, Bun and Deno.
import process from 'node:process'
import * as prebook from '@prebook/client'
import { story } from './story.js'

process.stdout.write(`${JSON.stringify(await story(prebook, JSON.parse(process.env.STORY)))}\n`)
