/** People write ST-906L, firmware reports ST906: dashes, blanks and case do not count. */
export const plainModel = (model: string): string => model.toUpperCase().replace(/[^A-Z0-9]/g, '')
