/** A notice in the queue for its channel: texts for people, and the event for programs. */
export type NoticeEvent = {
  /** Derived from the event and the rule, so that the queue drops repeats. */
  readonly id: string
  readonly type: 'notice' | 'notice.test'
  readonly version: 1
  readonly time: string
  readonly recordedAt: string
  readonly deviceId: string | null
  readonly data: NoticeContent
}

export type NoticeContent = {
  readonly title: string
  readonly text: string
  /** True if the notification should be louder, for services that support it. */
  readonly isUrgent: boolean
  /** The type of its event, such as `alarm.raised`; null for a summary or a test. */
  readonly about: string | null
  /** The data of that event, for webhooks. */
  readonly data: Readonly<Record<string, unknown>>
}

export const makeTestNotice = (id: string, channelName: string, now: number): NoticeEvent => {
  const time = new Date(now).toISOString()
  return {
    id: `test:${id}`,
    type: 'notice.test',
    version: 1,
    time,
    recordedAt: time,
    deviceId: null,
    data: {
      title: 'Test of the H02 gateway',
      text: `This is a test. Notices of the channel "${channelName}" arrive here.`,
      isUrgent: false,
      about: null,
      data: {},
    },
  }
}

/** Events for which a phone should ring loudly. */
export const isUrgent = (type: unknown): boolean => type === 'alarm.raised' || type === 'device.moved-parked'
