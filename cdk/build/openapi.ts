import { writeFile } from 'node:fs/promises'
import { registerHooks } from 'node:module'
import { join } from 'node:path'
import { format, resolveConfig } from 'prettier'
import type { ApiParts } from '../../lambdas/api/app-type.ts'
import { createApp } from '../../lambdas/api/app.ts'

const folder = join(import.meta.dirname, '../../lambdas/api')

/** The OpenAPI document as it is served, and the types that clients are compiled with. */
export type ApiDescription = { readonly 'openapi.json': string; readonly 'openapi-types.ts': string }

/** openapi-typescript makes the types. It needs the compiler API of TypeScript 5, which TypeScript 7 does not have. */
async function makeTypes(document: object): Promise<string> {
  const hooks = registerHooks({
    resolve: (specifier, context, next) =>
      next(specifier === 'typescript' ? '@ts-morph/common/dist/typescript.js' : specifier, context),
  })
  try {
    const { default: openapiTypes, astToString } = await import('openapi-typescript')
    // A request may omit what has a default; answers always contain it.
    return astToString(await openapiTypes(document as never, { defaultNonNullable: false }))
  } finally {
    hooks.deregister()
  }
}

/** Generates both files from the code. */
export async function describeApi(): Promise<ApiDescription> {
  const config = { stage: 'prod', mapStyleUrl: null, oidc: null, liveOrigin: null }
  // Routes use their parts only when a request arrives, so none are needed here.
  const app = createApp({ now: Date.now, console: { files: null, config } } as ApiParts)
  const document = (await (await app.request('/openapi.json')).json()) as object
  const style = await resolveConfig(join(folder, 'openapi-types.ts'))
  const pretty = (text: string, parser: string): Promise<string> => format(text, { ...style, parser })
  const types = `// Made from openapi.json by \`npm run openapi\`.\n${await makeTypes(document)}`
  return {
    'openapi.json': await pretty(JSON.stringify(document), 'json'),
    'openapi-types.ts': await pretty(types, 'typescript'),
  }
}

export const descriptionFile = (name: keyof ApiDescription): string => join(folder, name)

if (import.meta.main) {
  for (const [name, text] of Object.entries(await describeApi())) {
    await writeFile(descriptionFile(name as keyof ApiDescription), text)
  }
}
