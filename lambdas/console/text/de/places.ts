import type { Texts } from '../en/index.ts'

export const places: Texts['places'] = {
  directions: {
    north: 'nördlich',
    northeast: 'nordöstlich',
    east: 'östlich',
    southeast: 'südöstlich',
    south: 'südlich',
    southwest: 'südwestlich',
    west: 'westlich',
    northwest: 'nordwestlich',
  },
  away: (distance, direction, name) => `${distance} ${direction} von ${name}`,
}
