import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { readConfig, settings, type Config } from '../../cdk/config/config.ts'
import { listStages, readStage } from '../../cdk/config/stages.ts'

const problemsOf = (...given: Parameters<typeof readConfig>): string => {
  try {
    readConfig(...given)
  } catch (error) {
    return (error as Error).message
  }
  return 'none'
}

describe('the configuration of a stack', () => {
  it('needs no value: every setting has a default', () => {
    expect(readConfig({})).toMatchObject({ stage: 'prod', network: 'public', removalPolicy: 'retain' })
  })

  it('uses the values of the file; the command line overrides them, as text', () => {
    const config = readConfig(
      { stage: 'test', tasksMin: 1, canary: true },
      { stage: 'dev', retentionDays: '90', canary: 'false', alarmEmail: 'ops@example.com', shards: '0' },
    )
    expect(config).toMatchObject({
      stage: 'dev',
      tasksMin: 1,
      retentionDays: 90,
      canary: false,
      alarmEmail: 'ops@example.com',
      shards: 0,
    })
    expect(readConfig({ alarmEmail: 'a@b.c' }, { alarmEmail: '' }).alarmEmail).toBe(null)
    expect(readConfig({}, { allowedSources: '10.0.0.0/8, 203.0.113.0/24' }).allowedSources).toEqual([
      '10.0.0.0/8',
      '203.0.113.0/24',
    ])
  })

  it('reports all faults at once, with what would be accepted', () => {
    const text = problemsOf({ stage: 'Prod!', retentionDays: 7, taskMin: 3 }, { network: 'vpn' })
    expect(text).toContain('stage must be up to 16 of a–z and 0–9, a letter first, not "Prod!"')
    expect(text).toContain('retentionDays must be a whole number from 8 to 3650, not 7')
    expect(text).toContain('network must be public, private or existing, not "vpn"')
    expect(text).toContain('taskMin is not a setting. Did you mean tasksMin?')
  })

  it.each<[string, Partial<Record<keyof Config, unknown>>, string]>([
    [
      'fewer tasks at most than at least',
      { tasksMin: 4, tasksMax: 3 },
      'tasksMin (4) is more than tasksMax (3)',
    ],
    ['a CPU that Fargate does not offer', { cpuUnits: 300 }, 'cpuUnits must be 256, 512'],
    [
      'memory that Fargate does not offer with that CPU',
      { cpuUnits: 1_024, memoryMb: 1_024 },
      'memoryMb must be 2048',
    ],
    ['an existing network without its VPC', { network: 'existing' }, 'needs vpcId'],
    [
      'a certificate without its domain',
      { certificateArn: 'arn:aws:acm:eu-west-1:111122223333:certificate/0' },
      'apiDomain and certificateArn must be set together',
    ],
    [
      'a zone without a name',
      { hostedZoneId: 'Z0123456789ABC' },
      'hostedZoneId needs trackerHost or apiDomain',
    ],
    [
      'two maps',
      { mapStyleUrl: 'https://maps.example.com/style.json', mapPmtiles: 's3://my-maps/region.pmtiles' },
      'mapPmtiles and mapStyleUrl are both set',
    ],
    ['a map that is none', { mapPmtiles: 's3://my-maps/*.pmtiles' }, 's3://bucket/region.pmtiles'],
    [
      'the public geocoder',
      { geocoder: 'https://nominatim.openstreetmap.org' },
      'geocoder must be amazon-location, or the https URL of a Nominatim server of yours',
    ],
    ['a geocoder without TLS', { geocoder: 'http://nominatim.example.com' }, 'geocoder must be'],
    ['a budget that no one hears of', { monthlyBudget: 100 }, 'monthlyBudget needs alarmEmail'],
    [
      'protection of what goes with the stack',
      { deletionProtection: true, removalPolicy: 'destroy' },
      'deletionProtection contradicts',
    ],
    ['tags that are none', { tags: 'team' }, 'tags must be tags such as'],
    [
      'scaling of a table that the stack did not create',
      { telemetryTableName: 'restored', tableCapacity: 'provisioned', tableUnitsMin: 1, tableUnitsMax: 2 },
      'telemetryTableName needs tableCapacity',
    ],
    ['a VPC that is not used', { vpcId: 'vpc-0a1b2c3d' }, 'vpcId is only for network "existing"'],
    [
      'fewer subnets than zones',
      {
        network: 'existing',
        vpcId: 'vpc-0a1b2c3d',
        availabilityZones: ['eu-west-1a', 'eu-west-1b'],
        publicSubnetIds: ['subnet-0a000000'],
      },
      'publicSubnetIds needs one subnet for each of availabilityZones (2), not 1',
    ],
    [
      'an issuer without audience',
      { jwtIssuer: 'https://id.example.com/' },
      'jwtIssuer and jwtAudience must be set together',
    ],
    ['no one who may dial in', { allowedSources: [] }, 'allowedSources is empty'],
    [
      'a network that is none',
      { allowedSources: ['300.1.1.0/24'] },
      'allowedSources must be a list of IPv4 networks',
    ],
    [
      'a canary that cannot dial in',
      { canary: true, allowedSources: ['10.0.0.0/8'] },
      '0.0.0.0/0 among allowedSources',
    ],
    [
      'units of a table without their number',
      { tableCapacity: 'provisioned', tableUnitsMin: 50 },
      'needs tableUnitsMin and tableUnitsMax',
    ],
    [
      'fewer units at most than at least',
      { tableCapacity: 'provisioned', tableUnitsMin: 50, tableUnitsMax: 49 },
      'tableUnitsMin (50) is more than tableUnitsMax (49)',
    ],
    ['units that nothing uses', { tableUnitsMax: 50 }, 'only for tableCapacity "provisioned"'],
    [
      'a window that auto scaling cannot see through: it would take each burst for an exception',
      { tableCapacity: 'provisioned', tableUnitsMin: 5, tableUnitsMax: 50, batchWindowSeconds: 61 },
      'batchWindowSeconds of at most 60, not 61',
    ],
    [
      'a canary that waits longer than its minute',
      { canary: true, batchWindowSeconds: 60 },
      'batchWindowSeconds of at most 20',
    ],
  ])('refuses %s', (_, given, problem) => {
    expect(problemsOf(given)).toContain(problem)
  })

  it('is documented in a table in OPERATIONS.md, each setting with its default', () => {
    const guide = readFileSync(new URL('../../cdk/OPERATIONS.md', import.meta.url), 'utf8')
    for (const [name, { byDefault, meaning }] of Object.entries(settings)) {
      const shown = `\`${(Array.isArray(byDefault) ? byDefault : [byDefault]).map(String).join(',')}\``
      const isEmpty =
        byDefault === null || (typeof byDefault === 'object' && Object.keys(byDefault).length === 0)
      const row = isEmpty ? '–' : shown
      expect(guide).toContain(`| \`${name}\` | ${row} | ${meaning} |`)
    }
  })
})

describe('a stage of deployment', () => {
  const problemOf = (context: Record<string, unknown>): Promise<string> =>
    readStage(context).then(
      () => 'none',
      (error: Error) => error.message,
    )

  it('has a file with valid values', async () => {
    expect(listStages()).toEqual(['prod', 'test'])
    for (const stage of listStages()) expect((await readStage({ stage })).stage).toBe(stage)
    expect(await readStage({ stage: 'test', tasksMin: '3' })).toMatchObject({
      tasksMin: 3,
      removalPolicy: 'destroy',
    })
  })

  it('must be named: a deployment without a stage would change prod by mistake', async () => {
    expect(await problemOf({})).toContain(
      'Name the stage: npx cdk deploy -c stage=prod. Stages are prod, test',
    )
    expect(await problemOf({ stage: 'dev' })).toContain('There is no stage "dev". Stages are prod, test')
  })

  it('refuses an unknown name with the nearest setting: a typing error would be ignored', async () => {
    expect(await problemOf({ stage: 'test', removalpolicy: 'destroy' })).toContain(
      'removalpolicy is not a setting. Did you mean removalPolicy?',
    )
    // Of the CDK itself.
    expect(await problemOf({ stage: 'test', '@aws-cdk/core:x': true, 'aws:cdk:y': 1 })).toBe('none')
  })

  it('keeps its data, whatever the command line sets: no one would review that', async () => {
    expect(await problemOf({ stage: 'prod', removalPolicy: 'destroy' })).toContain(
      'removalPolicy=destroy is not accepted on the command line, because stage prod says retain',
    )
    expect(await problemOf({ stage: 'prod', removalPolicy: 'retain' })).toBe('none')
    expect(await problemOf({ stage: 'test', removalPolicy: 'retain' })).toBe('none')
  })
})
