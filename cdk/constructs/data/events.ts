import { EventBus } from 'aws-cdk-lib/aws-events'
import { Construct } from 'constructs'

/** The event bus for events about devices. Other teams may add rules too, with source `h02.gateway`. */
export class Events extends Construct {
  readonly bus: EventBus

  constructor(scope: Construct, id: string, { stage }: { readonly stage: string }) {
    super(scope, id)
    this.bus = new EventBus(this, 'Bus', {
      eventBusName: `h02-${stage}`,
      description: 'Alarms of devices, sessions in conflict, ends of commands',
    })
  }
}
