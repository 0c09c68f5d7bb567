import { readFileSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'

const root = join(import.meta.dirname, '../..')
/** These Dockerfiles have the same base. */
const dockerfiles = ['container/Dockerfile', 'container/home/Dockerfile'].map((file) => join(root, file))

/** The base of a Dockerfile: `FROM host/repository:tag@sha256:digest`. */
const base = /^FROM (?<host>[^/\s]+)\/(?<repository>[^:\s]+):(?<tag>[^@\s]+)@(?<digest>sha256:[0-9a-f]{64})$/m

/** Media types of an image index (one tag, several processors): the OCI's and Docker's. */
const INDEX_TYPES =
  'application/vnd.oci.image.index.v1+json, application/vnd.docker.distribution.manifest.list.v2+json'

/**
 * Returns the Dockerfile with the newest digest of its base image's tag, as the registry reports it. Throws when the
 * base is not pinned or the registry returns no digest.
 */
export async function raiseBase(
  text: string,
  ask: (url: string, init?: RequestInit) => Promise<Response> = fetch,
): Promise<string> {
  const groups = base.exec(text)?.groups
  if (!groups) throw new Error('the Dockerfile has no line FROM host/repository:tag@sha256:…')
  const { host, repository, tag, digest } = groups as Record<'host' | 'repository' | 'tag' | 'digest', string>
  // The token needs no account.
  const { token } = (await requireOk(
    await ask(`https://${host}/token/?service=${host}&scope=aws`),
  ).json()) as {
    token: string
  }
  const manifest = await ask(`https://${host}/v2/${repository}/manifests/${tag}`, {
    method: 'HEAD',
    headers: { authorization: `Bearer ${token}`, accept: INDEX_TYPES },
  })
  const newest = requireOk(manifest).headers.get('docker-content-digest')
  if (newest === null || !/^sha256:[0-9a-f]{64}$/.test(newest)) {
    throw new Error(`the registry returned no digest for ${repository}:${tag}`)
  }
  return text.replace(digest, newest)
}

function requireOk(response: Response): Response {
  if (!response.ok) throw new Error(`${response.url} answered ${response.status}`)
  return response
}

if (import.meta.main) {
  try {
    for (const dockerfile of dockerfiles) {
      const before = readFileSync(dockerfile, 'utf8')
      const after = await raiseBase(before)
      if (after === before) console.log(`The base image of ${relative(root, dockerfile)} is up to date.`)
      else {
        writeFileSync(dockerfile, after)
        console.log(`The base image of ${relative(root, dockerfile)} was updated:\n${base.exec(after)![0]}`)
      }
    }
  } catch (error) {
    console.error(`The base image was not updated: ${error instanceof Error ? error.message : String(error)}`)
    process.exitCode = 1
  }
}
