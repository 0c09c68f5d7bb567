/** The texts of a verdict. `title` is a heading, `text` is one or two sentences, `whatToDo` are steps in order. */
export type VerdictText = {
  readonly title: string
  readonly text: string
  readonly whatToDo: readonly string[]
}

const SERVER_SMS =
  'Send its server again by SMS: 8040000 <address> <port>, with the address of this server and its port for trackers; 0000 is the password from the factory.'
const CHECK_TRACKER = 'If nothing helps, look at the tracker: its supply, its lamps and its SIM card.'

/** All verdicts of a diagnosis, in the order of the documentation; rules.ts has the order of the rules. */
export const verdictTexts = {
  online: {
    title: 'Online and well',
    text: 'The tracker is connected and reports as often as it usually does.',
    whatToDo: [],
  },
  'clock-wrong': {
    title: 'Its clock or time zone is wrong',
    text: 'The tracker reports, but its times are wrong, so its positions appear at the wrong time or not at all.',
    whatToDo: [
      'If it is off by whole quarters of an hour, set the time zone of the device to the suggested offset (`overrides.utcOffsetMinutes`).',
      'Otherwise restart the tracker under the open sky: it takes the time from the satellites.',
    ],
  },
  asleep: {
    title: 'Asleep, as it is set or as it usually is',
    text: 'The tracker is quiet because it sleeps or reports rarely while parked.',
    whatToDo: [
      'Wait for its next report, or move the car, which wakes most trackers.',
      'Set a shorter interval, or switch sleep off, if it should report more often.',
    ],
  },
  'never-dialled-in': {
    title: 'Never dialled in',
    text: 'No tracker with this id has reached this server.',
    whatToDo: [
      'Compare the id with the one on the tracker: it usually has ten digits, and is not the whole IMEI.',
      'Set the access point of the SIM card by SMS first: 8030000 <apn>.',
      SERVER_SMS,
      'Check that the port for trackers can be reached from the internet.',
      'Check the SIM card: data allowance, PIN switched off, SMS allowed.',
    ],
  },
  'unknown-id': {
    title: 'It dialled in under an id that is not registered',
    text: 'A tracker with this id, or with a part of it, is waiting to be adopted. Its frames are not stored until then.',
    whatToDo: ['Adopt the id under Unknown devices. The tracker then delivers its stored frames.'],
  },
  'other-id': {
    title: 'It dials in under another registered id',
    text: 'A registered device has a related id: one of the two is the beginning or the end of the other. It has sent frames since, and is probably the same tracker.',
    whatToDo: [
      'Use the device with the other id: it has the positions of the tracker, and commands reach the tracker there.',
      'Compare both ids with the label on the tracker. If both belong to it, delete the device under which it does not dial in.',
    ],
  },
  'other-protocol': {
    title: 'It speaks another protocol',
    text: 'The tracker reached the right port, but it does not speak H02.',
    whatToDo: [
      'Check whether its firmware has a setting for the protocol, and choose H02.',
      'If it has none, it needs a server for its own protocol.',
    ],
  },
  'http-port': {
    title: 'It came to the HTTP port',
    text: 'The tracker connects to the port of the API and the console instead of the port for trackers.',
    whatToDo: ['Send its server again by SMS, with the port for trackers (5013 unless you changed it).'],
  },
  'source-refused': {
    title: 'Its address is not among its sources',
    text: 'The tracker dialled in from a network that its `sources` do not allow, and was refused.',
    whatToDo: [
      'If the address belongs to its operator, add its network to the `sources` of the device, or remove them.',
      'If it is not, someone else uses its id: leave the sources as they are.',
    ],
  },
  'left-after-set-server': {
    title: 'It left after it was sent to another server',
    text: 'A command changed the server that the tracker reports to, and it has not come back since.',
    whatToDo: ['If that was not intended, the way back is an SMS.', SERVER_SMS],
  },
  'left-after-command': {
    title: 'It left after a command',
    text: 'A command that can disconnect a tracker was written to it, and it has not come back since.',
    whatToDo: [
      'Send the opposite by SMS: 8030000 <apn> for the access point, 7100000 to switch mobile data on.',
      SERVER_SMS,
    ],
  },
  'supply-cut': {
    title: 'Its supply was cut before it fell silent',
    text: 'The tracker reported that its supply is cut, and then fell silent: its own battery ran down, or someone switched it off.',
    whatToDo: [
      'Look at the car: someone may have disconnected the tracker or the battery of the car.',
      'Restore the supply. The tracker dials in by itself within some minutes.',
    ],
  },
  'signal-fell': {
    title: 'Its signal fell before it fell silent',
    text: 'The mobile signal of the tracker became weak right before its last report: it is probably in a place without a signal.',
    whatToDo: [
      'Wait until the car is elsewhere: the tracker keeps its positions and sends them later.',
      'If the car has not moved for days, look at its antenna and SIM card.',
    ],
  },
  'network-silent': {
    title: 'The network of its operator fell silent',
    text: 'Most trackers of the same network fell silent at the same time: the fault is with the operator, not with this tracker.',
    whatToDo: [
      'Ask the operator of the SIM cards for a fault in its network or its APN.',
      'Check that the firewall still lets that network in.',
    ],
  },
  'we-were-down': {
    title: 'This server was down',
    text: 'No gateway was running when the tracker fell silent. The tracker keeps its positions and sends them when it is back.',
    whatToDo: [
      'If the gateway does not run now, start it; OPERATIONS.md says where to look.',
      'If it runs again, wait: trackers dial in again within some minutes, at the latest with their next report.',
    ],
  },
  'not-known': {
    title: 'Not known',
    text: 'No recorded data explains it.',
    whatToDo: [
      'Wait some minutes, if it sent something only a moment ago.',
      'Ask it by SMS for its settings (RCONF), and compare server, port and APN.',
      CHECK_TRACKER,
    ],
  },
} as const satisfies Readonly<Record<string, VerdictText>>

export type Verdict = keyof typeof verdictTexts
export const verdicts = Object.keys(verdictTexts) as [Verdict, ...Verdict[]]
