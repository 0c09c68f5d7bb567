import { CfnRecordSet } from 'aws-cdk-lib/aws-route53'
import { Construct } from 'constructs'
import type { Config } from '../../config/config.ts'
import type { Api } from '../functions/api.ts'
import { TRACKER_PORT, type Entry } from './entry.ts'

type NamesProps = Pick<Config, 'trackerHost' | 'apiDomain' | 'hostedZoneId'> & {
  readonly entry: Entry
  readonly api: Api
}

/** A DNS record to create by hand, written as in a zone file. */
type RecordToCreate = string

/**
 * DNS names of the stack. An alias to the load balancer resolves to the addresses of zones with a healthy task, without
 * separate health checks, which would have to connect to the tracker port from the internet.
 */
export class Names extends Construct {
  /**
   * The SMS that points a tracker here, by name (if there is one) and by address. `0000` is the tracker's factory
   * password.
   */
  readonly trackerSms: { readonly byName: string | null; readonly byAddress: string }
  /** Records to create where the zone is not on Route 53, or its id is not set. */
  readonly recordsToCreate: readonly RecordToCreate[]

  constructor(
    scope: Construct,
    id: string,
    { trackerHost, apiDomain, hostedZoneId, entry, api }: NamesProps,
  ) {
    super(scope, id)
    const { loadBalancer, addresses } = entry
    const targets = [
      {
        name: trackerHost,
        id: 'TrackerHost',
        dnsName: loadBalancer.loadBalancerDnsName,
        zoneId: loadBalancer.loadBalancerCanonicalHostedZoneId,
        evaluateTargetHealth: true,
      },
      {
        name: apiDomain,
        id: 'ApiDomain',
        dnsName: api.domain?.regionalDomainName,
        zoneId: api.domain?.regionalHostedZoneId,
        evaluateTargetHealth: false,
      },
    ]
    const recordsToCreate: string[] = []
    for (const { name, id: recordId, dnsName, zoneId, evaluateTargetHealth } of targets) {
      if (name === null || dnsName === undefined || zoneId === undefined) continue
      if (hostedZoneId === null) recordsToCreate.push(`${name}. CNAME ${dnsName}.`)
      else {
        new CfnRecordSet(this, recordId, {
          name: `${name}.`,
          type: 'A',
          hostedZoneId,
          aliasTarget: { dnsName, hostedZoneId: zoneId, evaluateTargetHealth },
        })
      }
    }
    this.recordsToCreate = recordsToCreate
    const sms = (host: string): string => `8040000 ${host} ${TRACKER_PORT}`
    this.trackerSms = {
      byName: trackerHost === null ? null : sms(trackerHost),
      byAddress: sms(addresses[0]!.attrPublicIp),
    }
  }
}
