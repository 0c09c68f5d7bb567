// The CDK's command line reads cdk.json of the folder it is called in, and of no other. It belongs to cdk/, so npm
// install lays a copy beside package.json (git ignores it): `npx cdk deploy` works from the project's root.
import { copyFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const at = (path) => fileURLToPath(new URL(path, import.meta.url))
copyFileSync(at('cdk.json'), at('../cdk.json'))
