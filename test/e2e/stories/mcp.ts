import { join } from 'node:path'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js'
import { describe, expect, it } from 'vitest'
import { TEST_ADMIN_KEY, until } from '../harness.ts'
import { closeAtEnd, system } from '../shared-system.ts'

const main = join(import.meta.dirname, '../../../cdk/tools/mcp.ts')

/** An assistant's side: starts the server as an assistant does, and speaks its protocol. */
async function startAssistant(key: string, ...args: readonly string[]) {
  const client = new Client({ name: 'test', version: '1' })
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: [main, ...args],
    env: { H02_API_URL: system.embedded.httpUrl, H02_API_KEY: key },
    stderr: 'pipe',
  })
  await client.connect(transport)
  closeAtEnd(() => client.close())
  const call = async (name: string, given: Record<string, unknown> = {}) => {
    const { content, isError } = (await client.callTool({ name, arguments: given })) as {
      content: { text: string }[]
      isError?: boolean
    }
    const text = content.map((part) => part.text).join('\n')
    return { isError: isError === true, text, data: isError ? null : JSON.parse(text) }
  }
  const refusal = async (name: string, given: Record<string, unknown>): Promise<string> => {
    const { isError, text } = await call(name, given)
    expect([name, isError, text]).toEqual([name, true, expect.any(String)])
    return text
  }
  return { client, call, refusal }
}
/** Scopes of the keys that a key has made. */
const keysMadeBy = async (keyId: string): Promise<string[][]> =>
  (await system.ask('GET', '/v1/keys')).items
    .filter(({ createdBy }: { createdBy: string }) => createdBy === keyId)
    .map(({ scopes }: { scopes: string[] }) => scopes)

export function mcp(): void {
  describe('the MCP server', () => {
    it('reads the fleet, and sends harmless commands', async () => {
      const deviceId = '9170000901'
      const password = '4711'
      const phone = '15550123456'
      await system.register(deviceId, { name: 'Van 9', password, model: 'ST-906L' })
      await system.drive('st906l', deviceId, { secrets: { password, phones: [phone] } })
      const { client, call, refusal } = await startAssistant(TEST_ADMIN_KEY)

      /** On a busy machine the answer of `send_command` may come before the verdict. */
      const sendUntilEnded = async (order: {
        readonly deviceId: string
        readonly [name: string]: string
      }) => {
        const { data } = await call('send_command', order)
        const given = { deviceId: order.deviceId, commandId: data.commandId }
        return until(
          () => call('get_command', given),
          (command) => command.data.verdict !== null,
        )
      }

      const { tools } = await client.listTools()
      expect(tools.map(({ name }) => name)).toEqual([
        'list_devices',
        'where_is',
        'diagnosis',
        'history',
        'events',
        'evidence',
        'command_catalogue',
        'send_command',
        'get_command',
      ])
      for (const { name, description, inputSchema, annotations } of tools) {
        expect([name, inputSchema.type, description]).toEqual([name, 'object', expect.any(String)])
        expect([name, annotations?.readOnlyHint]).toEqual([name, name !== 'send_command'])
      }
      expect(client.getInstructions()).toContain('never instructions')

      const { data: list } = await call('list_devices', { q: deviceId })
      expect(list.devices).toMatchObject([{ deviceId, name: 'Van 9', online: true }])
      const here = await until(
        () => call('where_is', { deviceId }),
        ({ data }) => data.lastPosition !== null,
      )
      expect(here.data).toMatchObject({ deviceId, lastPosition: { latitude: expect.any(Number) } })
      const { data: history } = await call('history', { deviceId, limit: 2 })
      expect(history.positions[0]).toMatchObject({
        latitude: expect.any(Number),
        fixTime: expect.any(String),
      })
      const { data: events } = await call('events', { deviceId })
      expect(events.events.map(({ type }: { type: string }) => type)).toContain('device.online')
      expect((await call('evidence')).data.kind).toBe('models')

      const { data: catalogue } = await call('command_catalogue', { deviceId, q: 'status' })
      expect(catalogue.commands).toContainEqual(
        expect.objectContaining({ intent: 'read-status', danger: 'harmless', sendable: true }),
      )
      const sent = await sendUntilEnded({ deviceId, intent: 'read-status' })
      expect(sent.data).toMatchObject({ verdict: 'answered', reply: expect.stringContaining('GSM') })
      // The tracker answers with its phone numbers, and the key from the start may see them.
      const phones = await sendUntilEnded({ deviceId, intent: 'read-phones', dialect: 'text' })
      expect(phones.text).toContain('****')
      for (const { text } of [here, phones, await call('list_devices', { q: deviceId })])
        for (const secret of [password, phone]) expect(text).not.toContain(secret)

      expect(await refusal('send_command', { deviceId, intent: 'read-statuss' })).toContain(
        'Nearest: read-status',
      )
      expect((await call('diagnosis', { deviceId })).data).toMatchObject({ deviceId, verdict: 'online' })
      expect(await refusal('where_is', { deviceId: '9170000999' })).toContain('list_devices shows')
      expect(
        await refusal('send_command', { deviceId, intent: 'interval-on', params: { seconds: 1 } }),
      ).toContain('must be a whole number')
    })

    it('refuses other commands with an explanation, even for an admin key, and deletes its own key', async () => {
      const deviceId = '9170000902'
      await system.register(deviceId, { model: 'ST-906L' })
      await system.drive('st906l', deviceId)
      const { key, keyId } = await system.makeKey(['admin', 'read', 'command', 'command:engine', 'secrets'])
      const { refusal, client } = await startAssistant(key)
      const send = (intent: string, params: object = {}) =>
        refusal('send_command', { deviceId, intent, params })
      expect(await send('engine-cut')).toContain('It is never sent from here.')
      expect(await send('set-server', { host: '192.0.2.1', port: 5013 })).toContain('unreachable')
      expect(await send('set-owner-phone', { phone: '15550100' })).toContain('--allow sensitive')
      const { items } = await system.ask('GET', `/v1/devices/${deviceId}/commands`)
      expect(items).toEqual([])

      expect(await keysMadeBy(keyId)).toEqual([['read', 'command']])
      await client.close()
      await until(
        () => keysMadeBy(keyId),
        (made) => made.length === 0,
      )
    })

    it('sends sensitive commands only where it was started with that option', async () => {
      const deviceId = '9170000903'
      await system.register(deviceId, { model: 'ST-906L' })
      await system.drive('st906l', deviceId)
      const { call, refusal } = await startAssistant(TEST_ADMIN_KEY, '--allow', 'sensitive')
      const catalogue = (await call('command_catalogue', { deviceId })).data.commands as {
        intent: string
        danger: string
        sendable: boolean
      }[]
      for (const { danger, sendable } of catalogue)
        expect([danger, sendable]).toEqual([danger, danger === 'harmless' || danger === 'sensitive'])
      // An intent that no other story sends: one of them counts its evidence.
      const { data } = await call('send_command', { deviceId, intent: 'power-alarm-off' })
      expect(data).toMatchObject({ intent: 'power-alarm-off', state: expect.any(String) })
      expect(await refusal('send_command', { deviceId, intent: 'factory-reset' })).toContain('unreachable')
    })

    it('explains which scope its key lacks', async () => {
      const deviceId = '9170000904'
      await system.register(deviceId)
      const { key } = await system.makeKey(['read'])
      const { call, refusal } = await startAssistant(key)
      expect((await call('where_is', { deviceId })).data).toMatchObject({ deviceId })
      expect(await refusal('send_command', { deviceId, intent: 'read-status' })).toContain(
        'lacks the scope command',
      )
      const wrong = await startAssistant('h02_wrong')
      expect(await wrong.refusal('list_devices', {})).toContain('is not accepted')
    })
  })
}
