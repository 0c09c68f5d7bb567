import { pluralsOf } from '../plural.ts'

const { count } = pluralsOf('en-GB')

export const places = {
  title: 'Places',
  about:
    'A place publishes an event when a device enters it, leaves it, or stays in it. Frames that a tracker had stored count too.',
  none: 'There is no place yet. Fill in the form, or click on the map to set its center, then save it.',
  map: 'Map of the places',
  fitAll: 'Fit all',
  add: 'New place',
  change: (name: string) => `Change ${name}`,
  name: 'Name',
  shape: 'Shape',
  shapeOf: { circle: 'Circle', polygon: 'Polygon' },
  latitude: 'Latitude of the center',
  longitude: 'Longitude of the center',
  radius: (min: string, max: string) => `Radius, ${min} to ${max}`,
  corners: 'Corners: one in each line, latitude and longitude',
  circleHint: 'A click on the map sets the center.',
  polygonHint: 'Each click on the map adds a corner. Three or more, in order around the place.',
  removeLast: 'Remove the last corner',
  stay: 'Event after this many minutes inside (optional)',
  save: 'Save',
  cancel: 'Cancel',
  edit: (name: string) => `Change ${name}`,
  remove: (name: string) => `Delete ${name}`,
  show: (name: string) => `Show ${name} on the map`,
  removeTitle: (name: string) => `Delete ${name}?`,
  removeYes: 'Yes, delete it',
  removeHint: 'Devices inside it publish no more events. Earlier events are kept.',
  saved: (name: string) => `${name} is saved.`,
  list: 'List of places',
  circleText: (radius: string) => `Circle, radius ${radius}`,
  polygonText: (corners: number) => `Polygon with ${count(corners, 'corner', 'corners')}`,
  stayText: (minutes: number) => `event after ${count(minutes, 'minute', 'minutes')} inside`,
  inside: 'Inside now:',
  empty: 'No device is inside now.',
  notNumber: (field: string) => `${field}: expected a number such as 52.52.`,
  notCorner: (line: string) =>
    `"${line}" is not a corner: write latitude and longitude, such as 52.52, 13.405.`,
}
