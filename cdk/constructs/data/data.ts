import {
  AttributeType,
  BillingMode,
  ProjectionType,
  Table,
  TableEncryption,
  type ITable,
  type Attribute as CdkAttribute,
} from 'aws-cdk-lib/aws-dynamodb'
import { Construct } from 'constructs'
import { tables, type Attribute, type Table as TableData } from '../../../lambdas/shared/domain/tables.ts'
import type { Config } from '../../config/config.ts'
import { removalPolicyOf, type Removal } from '../helpers/removal-policy.ts'
import { TARGET_UTILIZATION } from '../../config/table-capacity.ts'

type DataProps = Pick<
  Config,
  | 'tableCapacity'
  | 'tableUnitsMin'
  | 'tableUnitsMax'
  | 'deletionProtection'
  | 'telemetryTableName'
  | 'fleetTableName'
> & {
  readonly removal: Removal
}

/** Units per second, the same for reads and writes: each save reads one unit and writes one. null: pay per request. */
type Units = { readonly min: number; readonly max: number } | null

/**
 * The two tables described in tables.ts: retained when the stack is deleted, restorable to any second of the last 35
 * days. Only the telemetry table can be provisioned: it causes most of the cost, its load is steady, and its index
 * (`byTime`) is local and shares its capacity. The fleet table costs almost nothing, and gets a hundred times its usual
 * load when a release makes every tracker log in again: it must never be throttled (decisions/0008).
 */
export class Data extends Construct {
  readonly telemetry: ITable
  readonly fleet: ITable

  constructor(scope: Construct, id: string, props: DataProps) {
    super(scope, id)
    const { removal, deletionProtection } = props
    const make = (id: string, table: TableData, units: Units): Table => {
      const made = new Table(this, id, {
        partitionKey: toAttribute(table.hash),
        sortKey: toAttribute(table.range),
        ...(units === null
          ? { billingMode: BillingMode.PAY_PER_REQUEST }
          : // Starts at the maximum and scales in by itself: switching under load must not throttle. A deployment changes
            // it only when this setting changes, so it never undoes what auto scaling has set.
            { billingMode: BillingMode.PROVISIONED, readCapacity: units.max, writeCapacity: units.max }),
        encryption: TableEncryption.DEFAULT,
        timeToLiveAttribute: table.ttl,
        pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
        // Off at creation: it would block the rollback of a failed first deployment.
        deletionProtection,
        removalPolicy: removalPolicyOf(removal),
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
      if (units !== null) {
        const between = { minCapacity: units.min, maxCapacity: units.max }
        const at = { targetUtilizationPercent: 100 * TARGET_UTILIZATION }
        made.autoScaleReadCapacity(between).scaleOnUtilization(at)
        made.autoScaleWriteCapacity(between).scaleOnUtilization(at)
      }
      return made
    }
    const own = {
      telemetry: make('Telemetry', tables.telemetry, unitsOf(props)),
      fleet: make('Fleet', tables.fleet, null),
    }
    // The stack's own table remains beside a restored one, so that both can be compared.
    const restored = (name: string | null, id: string): ITable | null =>
      name === null ? null : Table.fromTableName(this, `Restored${id}`, name)
    this.telemetry = restored(props.telemetryTableName, 'Telemetry') ?? own.telemetry
    this.fleet = restored(props.fleetTableName, 'Fleet') ?? own.fleet
  }
}

function unitsOf({ tableCapacity, tableUnitsMin: min, tableUnitsMax: max }: DataProps): Units {
  if (tableCapacity === 'onDemand') return null
  if (min === null || max === null) throw new Error('tableCapacity "provisioned" without its units')
  return { min, max }
}

/** The ARN of one index. A role gets single indexes by name, never all of them. */
export const indexArn = (table: ITable, name: string): string => `${table.tableArn}/index/${name}`

const toAttribute = ({ name, type }: Attribute): CdkAttribute => ({
  name,
  type: type === 'S' ? AttributeType.STRING : AttributeType.NUMBER,
})
