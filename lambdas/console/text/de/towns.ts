import type { Texts } from '../en/index.ts'

export const towns: Texts['towns'] = {
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
