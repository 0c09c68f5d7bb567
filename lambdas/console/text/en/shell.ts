export const shell = {
  nothingHere: 'This page does not exist',
  toFleet: 'To the fleet',
  skip: 'Skip to content',
  pages: 'Pages',
  signOut: 'Sign out',
  fleet: 'Fleet',
  alarms: 'Alarms',
  notices: 'Notices',
  places: 'Places',
  campaigns: 'Campaigns',
  evidence: 'Evidence',
  settings: 'Settings',
  notStarted: (why: string) => `The console could not start: ${why}. Reload to try again.`,
  loading: 'Loading…',
  notLoaded:
    'This page could not be loaded: the server cannot be reached, or has a newer version. Reload to try again.',
}
