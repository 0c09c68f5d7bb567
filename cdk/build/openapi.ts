import { writeFile } from 'node:fs/promises'
import { registerHooks } from 'node:module'
import { join } from 'node:path'
import { format, resolveConfig } from 'prettier'
import type { ApiParts } from '../../lambdas/api/app-type.ts'
import { createApp } from '../../lambdas/api/app.ts'
import { exampleConfig } from '../../lambdas/api/site/console.ts'

const folder = join(import.meta.dirname, '../../lambdas/api')

/** The OpenAPI document as it is served, and the types that clients are compiled with. */
export type ApiDescription = { readonly 'openapi.json': string; readonly 'openapi-types.ts': string }

/** Leaves the example of a body out: as comments, examples would be a fifth of the types. */
const withoutExample = (_name: string, value: unknown): unknown =>
  typeof value === 'object' && value !== null && 'schema' in value && 'example' in value
    ? { ...value, example: undefined }
    : value

/**
 * openapi-typescript makes the types. It needs the compiler API of TypeScript 5, which TypeScript 7 does not have. It
 * changes the document that it is given, so it gets its own copy.
 */
async function makeTypes(served: string): Promise<string> {
  const hooks = registerHooks({
    resolve: (specifier, context, next) =>
      next(specifier === 'typescript' ? '@ts-morph/common/dist/typescript.js' : specifier, context),
  })
  try {
    const { default: openapiTypes, astToString } = await import('openapi-typescript')
    // A request may omit what has a default; answers always contain it.
    const document = JSON.parse(served, withoutExample) as never
    return astToString(await openapiTypes(document, { defaultNonNullable: false }))
  } finally {
    hooks.deregister()
  }
}

/** Generates both files from the code. */
export async function describeApi(): Promise<ApiDescription> {
  // Routes use their parts only when a request arrives, so none are needed here.
  const app = createApp({ now: Date.now, console: { files: null, config: exampleConfig } } as ApiParts)
  const served = await (await app.request('/openapi.json')).text()
  const style = await resolveConfig(join(folder, 'openapi-types.ts'))
  const pretty = (text: string, parser: string): Promise<string> => format(text, { ...style, parser })
  const types = `// Made from openapi.json by \`npm run openapi\`.\n${await makeTypes(served)}`
  return {
    'openapi.json': await pretty(served, 'json'),
    'openapi-types.ts': await pretty(types, 'typescript'),
  }
}

export const descriptionFile = (name: keyof ApiDescription): string => join(folder, name)

if (import.meta.main) {
  for (const [name, text] of Object.entries(await describeApi())) {
    await writeFile(descriptionFile(name as keyof ApiDescription), text)
  }
}
