export const evidence = {
  title: 'Evidence',
  about:
    'What each firmware answered and did on this installation, by the firmware that devices report. Only commands with a verdict count. A reply that could belong to another command does not count.',
  none: 'Nothing has been counted yet. Send commands, or probe a device: each verdict counts here.',
  family: 'Family',
  search: 'Search command or firmware',
  searchKeys: 'Search  ( / )',
  command: 'Command',
  wording: 'Wording',
  firmware: 'Firmware',
  answered: 'Answered',
  tookEffect: 'Took effect',
  verdicts: 'Verdicts',
  of: (n: number, all: number) => `${n} of ${all}`,
}
