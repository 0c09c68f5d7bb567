// The CDK's command line reads cdk.json only from the folder in which it is called. The file belongs to cdk/, so `npm install` copies it
// beside package.json (git ignores the copy): `npx cdk deploy` then works from the root of the project.
import { copyFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const at = (path) => fileURLToPath(new URL(path, import.meta.url))
copyFileSync(at('cdk.json'), at('../cdk.json'))
