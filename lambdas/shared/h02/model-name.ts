/** People write ST-906L, firmware reports ST906. Dashes, blanks and case are ignored. */
export const plainModel = (model: string): string => model.toUpperCase().replace(/[^A-Z0-9]/g, '')
