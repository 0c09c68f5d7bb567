import { QueryDefinition, QueryString, type ILogGroup, type QueryStringProps } from 'aws-cdk-lib/aws-logs'
import { Construct } from 'constructs'
import type { Sources } from './sources.ts'

/**
 * Saved queries for frequent questions to the logs: in CloudWatch, "Logs Insights", "Saved queries", folder
 * h02-<stage>.
 */
export class Queries extends Construct {
  constructor(scope: Construct, id: string, sources: Sources) {
    super(scope, id)
    const { config, gateway, ingest, control, api, notify } = sources
    const everywhere = [gateway.logGroup, ...[ingest, control, api, notify].map(({ part }) => part.logGroup)]
    const add = (name: string, logGroups: ILogGroup[], query: Omit<QueryStringProps, 'sort'>): void => {
      new QueryDefinition(this, name.replaceAll(/[^A-Za-z]/g, ''), {
        queryDefinitionName: `h02-${config.stage}/${name}`,
        logGroups,
        queryString: new QueryString({ ...query, sort: '@timestamp desc' }),
      })
    }
    add('One device’s story (put its id in)', everywhere, {
      fields: ['@timestamp', 'part', 'level', 'message', 'gatewayId', 'cause.message'],
      filterStatements: ['deviceId = "9170000000"'],
      limit: 500,
    })
    add('One command’s story (put its id in)', everywhere, {
      fields: ['@timestamp', 'part', 'level', 'message', 'deviceId', 'attempt', 'verdict', 'cause.message'],
      filterStatements: ['commandId = "put the command id here"'],
      limit: 500,
    })
    add('Undecodable frames by reason', [ingest.part.logGroup], {
      filterStatements: ['ispresent(reason) and ispresent(Undecodable)'],
      statsStatements: ['sum(Undecodable) as frames by reason, bin(1h)'],
    })
    add('Errors and warnings by message', everywhere, {
      filterStatements: ['level in ["error", "warn"]'],
      statsStatements: ['count(*) as times, latest(@timestamp) as last by part, level, message'],
    })
    add('Slow or failing requests', [api.part.logGroup], {
      fields: ['@timestamp', 'level', 'message', 'requestId', 'method', 'path', 'error.message'],
      filterStatements: ['level = "error" or @duration > 3000'],
      limit: 200,
    })
  }
}
