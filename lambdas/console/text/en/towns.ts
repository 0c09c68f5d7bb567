export const towns = {
  directions: {
    north: 'north',
    northeast: 'northeast',
    east: 'east',
    southeast: 'southeast',
    south: 'south',
    southwest: 'southwest',
    west: 'west',
    northwest: 'northwest',
  },
  /** `3 km north of Biella, Italy`. */
  away: (distance: string, direction: string, name: string) => `${distance} ${direction} of ${name}`,
}
