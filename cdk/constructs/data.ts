import { RemovalPolicy } from 'aws-cdk-lib'
import {
  AttributeType,
  BillingMode,
  ProjectionType,
  Table,
  TableEncryption,
  type Attribute as CdkAttribute,
} from 'aws-cdk-lib/aws-dynamodb'
import { Construct } from 'constructs'
import { tables, type Attribute, type Table as TableData } from '../../lambdas/shared/domain/tables.ts'

export type DataProps = { readonly removal: 'retain' | 'destroy' }

/** The two tables, as tables.ts describes them: kept when the stack goes, restorable to any second of the last 35 days. */
export class Data extends Construct {
  readonly telemetry: Table
  readonly fleet: Table

  constructor(scope: Construct, id: string, { removal }: DataProps) {
    super(scope, id)
    const make = (id: string, table: TableData): Table => {
      const made = new Table(this, id, {
        partitionKey: toAttribute(table.hash),
        sortKey: toAttribute(table.range),
        billingMode: BillingMode.PAY_PER_REQUEST,
        encryption: TableEncryption.DEFAULT,
        timeToLiveAttribute: table.ttl,
        pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
        deletionProtection: removal === 'retain',
        removalPolicy: removal === 'retain' ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
      })
      for (const index of table.indexes) {
        const common = {
          indexName: index.name,
          ...(index.project === 'all'
            ? { projectionType: ProjectionType.ALL }
            : { projectionType: ProjectionType.INCLUDE, nonKeyAttributes: [...index.project] }),
        }
        if (index.kind === 'local') {
          made.addLocalSecondaryIndex({ ...common, sortKey: toAttribute(index.range) })
        } else {
          made.addGlobalSecondaryIndex({
            ...common,
            partitionKey: toAttribute(index.hash),
            sortKey: toAttribute(index.range),
          })
        }
      }
      return made
    }
    this.telemetry = make('Telemetry', tables.telemetry)
    this.fleet = make('Fleet', tables.fleet)
  }
}

/** The ARN of one index: a role is given an index by its name, never all of them. */
export const indexArn = (table: Table, name: string): string => `${table.tableArn}/index/${name}`

const toAttribute = ({ name, type }: Attribute): CdkAttribute => ({
  name,
  type: type === 'S' ? AttributeType.STRING : AttributeType.NUMBER,
})
