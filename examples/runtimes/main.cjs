// CommonJS. The story itself is an ES module.
const prebook = require('@prebook/client')

async function main() {
  const { story } = await import('./story.js')
  process.stdout.write(`${JSON.stringify(await story(prebook, JSON.parse(process.env.STORY)))}\n`)
}

void main()
