export const shared = {
  over: 'This link does not work any more',
  overHint:
    'It has expired, or the person who sent it to you has deleted it or its device. Ask for a new one.',
  noPosition: 'No position yet',
  offline: (ago: string) => `; offline, heard ${ago}`,
  until: (when: string) => `The link works until ${when}.`,
  title: 'Shared position',
}
