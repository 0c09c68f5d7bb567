import type { components } from '../../../lambdas/api/openapi-types.ts'
import type { Server } from '#h02/catalogue/index.ts'
import { accepted, type ApiClient } from '../api-client.ts'

export type DeviceHere = components['schemas']['Device']
export type CommandHere = components['schemas']['Command']

/** The calls to this installation's API that a move needs. */
export type Here = {
  readonly find: (deviceId: string) => Promise<DeviceHere | null>
  /** Devices whose old server is stored. */
  readonly listMoved: () => Promise<DeviceHere[]>
  readonly register: (
    deviceId: string,
    fields: { readonly name: string | null; readonly model: string | null },
  ) => Promise<DeviceHere>
  readonly setPassword: (deviceId: string, password: string) => Promise<DeviceHere>
  readonly keepCameFrom: (deviceId: string, server: Server) => Promise<DeviceHere>
  /** Throws the detail of a refusal. */
  readonly sendBack: (deviceId: string, server: Server) => Promise<CommandHere>
  readonly readCommand: (deviceId: string, commandId: string) => Promise<CommandHere>
}

export function createHere(api: ApiClient): Here {
  const pathOf = (deviceId: string) => ({ path: { deviceId } })
  const find = async (deviceId: string): Promise<DeviceHere | null> => {
    const sent = await api.GET('/v1/devices/{deviceId}', { params: pathOf(deviceId) })
    return sent.response.status === 404 ? null : accepted(Promise.resolve(sent))
  }
  const patch = (deviceId: string, body: components['schemas']['DevicePatch']): Promise<DeviceHere> =>
    accepted(api.PATCH('/v1/devices/{deviceId}', { params: pathOf(deviceId), body }))
  return {
    find,
    listMoved: async () => {
      const moved: DeviceHere[] = []
      for (let cursor: string | null = null; ;) {
        const query: { limit: number; cursor?: string } = { limit: 500, ...(cursor !== null && { cursor }) }
        const page: components['schemas']['DevicePage'] = await accepted(
          api.GET('/v1/devices', { params: { query } }),
        )
        moved.push(...page.items.filter(({ cameFrom }) => cameFrom !== null))
        if (page.nextCursor === null) return moved
        cursor = page.nextCursor
      }
    },
    register: async (deviceId, { name, model }) => {
      await accepted(api.POST('/v1/devices', { body: { deviceId, name, model } }))
      const device = await find(deviceId)
      if (device === null) throw new Error(`${deviceId} was registered and deleted at the same time`)
      return device
    },
    setPassword: (deviceId, password) => patch(deviceId, { password }),
    keepCameFrom: (deviceId, { host, port }) => patch(deviceId, { cameFrom: { host, port } }),
    sendBack: async (deviceId, { host, port }) => {
      const made = await accepted(
        api.POST('/v1/devices/{deviceId}/commands', {
          params: pathOf(deviceId),
          body: { intent: 'set-server', params: { host, port }, confirm: true },
        }),
      )
      if (made.state === 'to-confirm') throw new Error('set-server is not a command of two steps')
      return made
    },
    readCommand: (deviceId, commandId) =>
      accepted(
        api.GET('/v1/devices/{deviceId}/commands/{commandId}', { params: { path: { deviceId, commandId } } }),
      ),
  }
}
