export const common = {
  noDoNothing: 'No, do nothing',
  copied: 'Copied.',
  copyNotAllowed: 'This browser does not allow copying: select the text.',
  shownOnce: 'It is shown only once. Store it now where others cannot read it.',
  copy: 'Copy',
  stored: 'I have stored it',
  allDevices: 'all devices',
  onlyLabels: 'Only devices with these labels',
  onlyIds: 'Only devices with these ids',
  devicesWith: (labels: string) => `devices with ${labels}`,
  devicesNamed: (ids: string) => `devices ${ids}`,
  andOfThese: ', and of these ',
  notLabel: (text: string) =>
    `"${text}" is not a label: write name=value, such as fleet=north, separated by commas; a name has letters, digits, ".", "_", "/" and "-"`,
  notId: (text: string) => `"${text}" is not a device id: 1 to 15 digits`,
  range: (from: string, to: string) => `${from} to ${to}`,
}
