export const mqtt = {
  title: 'MQTT broker',
  hint: 'Devices are published to a broker, for Home Assistant and OwnTracks, and the broker may send commands.',
  none: 'There is no broker yet.',
  connected: (broker: string) => `Devices are published to ${broker}.`,
  notConnected: (broker: string) => `${broker} is not connected. The gateway keeps trying to connect.`,
  lastError: (when: string, why: string) => `${when}: ${why}`,
  fromCommandLine:
    'It is set on the command line (--mqtt, or MQTT_URL). Start without it to set the broker here.',
  url: 'Broker: mqtt://user:password@host, or mqtts:// with TLS',
  passwordHint:
    'The password is never shown again: *** stands for it. Type it again for another broker or user.',
  formats: 'What is published',
  formatNames: { 'home-assistant': 'devices for Home Assistant', owntracks: 'positions for OwnTracks' },
  commands: 'What may be sent from the broker',
  levels: {
    none: 'nothing',
    reads: 'harmless reads',
    harmless: 'all harmless commands',
    sensitive: 'sensitive commands too',
  },
  levelsHint: 'Disruptive and dangerous commands are never sent from a broker.',
  topic: 'Topic; each installation on a broker needs its own',
  discoveryPrefix: 'Where Home Assistant looks for devices',
  save: 'Save the broker',
  saved: 'Saved.',
  remove: 'Remove the broker',
  askRemove: 'Remove the broker?',
  yesRemove: 'Yes, remove it',
  removeText:
    'Everything that was published there is removed, so the devices disappear from Home Assistant too.',
  left: 'The previous broker could not be reached, so it still has what was published to it.',
}
