import type { Texts } from '../en/index.ts'

export const shared: Texts['shared'] = {
  over: 'Dieser Link funktioniert nicht mehr',
  overHint:
    'Seine Zeit ist abgelaufen, oder wer ihn geschickt hat, hat ihn oder sein Gerät gelöscht. Bitten Sie um einen neuen.',
  noPosition: 'Noch keine Position',
  offline: (ago) => `; getrennt, gehört ${ago}`,
  until: (when) => `Der Link gilt bis ${when}.`,
  title: 'Geteilte Position',
}
