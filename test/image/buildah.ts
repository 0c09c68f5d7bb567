import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { chownSync, copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'

/** Null if images can be built (as root, without a daemon), else what is missing. */
export function missingBuildah(): string | null {
  try {
    execFileSync('buildah', ['--version'], { stdio: 'ignore' })
  } catch {
    return 'There is no buildah: install it (Debian: apt-get install buildah), and run the tests as root.'
  }
  return process.getuid?.() === 0 ? null : 'buildah needs root: run the tests as root.'
}

type ImageConfig = {
  readonly User: string
  readonly Entrypoint: readonly string[]
  readonly WorkingDir: string
  readonly StopSignal: NodeJS.Signals
  readonly ExposedPorts: Readonly<Record<string, object>>
}

/** buildah with a store of its own in `folder`, which `remove` takes away. */
export function createBuildah(folder: string) {
  const store = ['--storage-driver', 'vfs', '--root', join(folder, 'root'), '--runroot', join(folder, 'run')]
  const run = (...args: string[]): string =>
    execFileSync('buildah', [...store, ...args], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    }).trim()
  return {
    /**
     * A base image with the name in the Dockerfile's FROM: only this machine's Node and its libraries. The test proves what the
     * Dockerfile adds; the real base comes from its registry.
     */
    makeBase: (name: string, node: string): void => {
      const container = run('from', 'scratch')
      const root = run('mount', container)
      const put = (file: string, as = file): void => {
        mkdirSync(join(root, dirname(as)), { recursive: true })
        copyFileSync(file, join(root, as))
      }
      put(node, '/usr/local/bin/node')
      const libraries = execFileSync('ldd', [node], { encoding: 'utf8' }).match(/\/\S+/g) ?? []
      for (const library of libraries) put(library)
      // As in the real base: the home of its user.
      mkdirSync(join(root, 'home/node'), { recursive: true })
      chownSync(join(root, 'home/node'), 1000, 1000)
      mkdirSync(join(root, 'tmp'), { recursive: true, mode: 0o1777 })
      run('umount', container)
      run('config', '--env', 'PATH=/usr/local/bin:/usr/bin:/bin', container)
      run('commit', '--quiet', container, name)
    },
    build: (dockerfile: string, context: string, name: string): void => {
      run('build', '--isolation', 'chroot', '--pull=never', '--quiet', '-f', dockerfile, '-t', name, context)
    },
    configOf: (name: string): ImageConfig =>
      (JSON.parse(run('inspect', '--type', 'image', name)) as { OCIv1: { config: ImageConfig } }).OCIv1
        .config,
    filesOf: (name: string, folder: string): string[] => {
      const container = run('from', '--pull-never', name)
      return readdirSync(join(run('mount', container), folder))
    },
    bytesOf: (name: string, folder: string): number => {
      const root = join(run('mount', run('from', '--pull-never', name)), folder)
      return readdirSync(root, { recursive: true, encoding: 'utf8' })
        .map((file) => statSync(join(root, file)))
        .reduce((bytes, entry) => bytes + (entry.isFile() ? entry.size : 0), 0)
    },
    /** Runs the image's entrypoint as its user, on the network of this machine. */
    start: (
      name: string,
      env: Readonly<Record<string, string>>,
      command: readonly string[],
    ): ChildProcess => {
      const container = run('from', '--pull-never', name)
      const variables = Object.entries(env).flatMap(([variable, value]) => ['--env', `${variable}=${value}`])
      return spawn(
        'buildah',
        [...store, 'run', '--isolation', 'chroot', ...variables, container, '--', ...command],
        {
          stdio: ['ignore', 'pipe', 'pipe'],
        },
      )
    },
    remove: (): void => {
      run('umount', '--all')
      run('rm', '--all')
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

const readProc = (pid: string, file: string): string => {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8')
  } catch {
    // It has ended meanwhile.
    return ''
  }
}

/** The process of the image below the one that started it, and its user. */
export function findBelow(
  ancestor: number,
  command: readonly string[],
): { readonly pid: number; readonly uid: number } | null {
  const processes = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => {
      const status = readProc(pid, 'status')
      const field = (name: string): number =>
        Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1] ?? 0)
      const [program = '', ...args] = readProc(pid, 'cmdline').split('\0').slice(0, -1)
      const line = [basename(program), ...args].join(' ')
      return { pid: Number(pid), parent: field('PPid'), uid: field('Uid'), line }
    })
  const isBelow = (pid: number): boolean => {
    const parent = processes.find((one) => one.pid === pid)?.parent ?? 0
    return parent === ancestor || (parent > 1 && isBelow(parent))
  }
  return processes.find(({ pid, line }) => line === command.join(' ') && isBelow(pid)) ?? null
}
