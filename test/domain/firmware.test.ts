import { describe, expect, it } from 'vitest'
import { plainModel } from '#h02'
import { alarmsIn } from '#shared/domain/alarms.ts'
import { effectiveModel, familyOf, fullerFirmware } from '#shared/domain/firmware.ts'

describe('the family of a firmware', () => {
  it.each([
    ['ST906(70SACD)_TQ_V_2.0 2024/06/07', 'ST906'],
    ['ST-906L_V1', 'ST906L'],
    ['ST901L(4G)_TQ_V_1.3 2023/11/20', 'ST901L'],
    ['W07_ENSMS_10D6J_B39_V5.42-TQ', 'W07'],
    ['XM_GT09_SW_33.0 2019/08/08', 'XM'],
    ['V5.42', 'V542'],
    ['unknown', 'unknown'],
    ['(x)', 'unknown'],
    ['', 'unknown'],
  ])('of %j is %s', (firmware, family) => {
    expect(familyOf(firmware)).toBe(family)
    expect(familyOf(family)).toBe(family)
  })
})

describe('the firmware known after a reply', () => {
  it.each([
    [null, undefined, null],
    [null, 'V5.42', 'V5.42'],
    ['W07_B39_V5.42-TQ', 'V5.42', 'W07_B39_V5.42-TQ'],
    ['W07_B39_V5.42-TQ', 'V5.43', 'V5.43'],
    ['V5.42', 'W07_B39_V5.42-TQ', 'W07_B39_V5.42-TQ'],
    ['ST906_V10', 'ST906_V1', 'ST906_V1'],
    ['ST906_V1', '', 'ST906_V1'],
  ])('of %j and %j is %j', (known, reported, firmware) => {
    expect(fullerFirmware(known, reported)).toBe(firmware)
  })
})

describe('the model of a device', () => {
  const reported = { model: null, seenModel: 'ST906', seenFirmware: 'ST906(70SACD)_TQ_V_2.0 2024/06/07' }

  it('is the registered one, else the reported one', () => {
    expect(effectiveModel({ ...reported, model: 'LK109' })).toBe('LK109')
    expect(effectiveModel({ ...reported, seenFirmware: null })).toBe('ST906')
    expect(effectiveModel({ ...reported, seenModel: null })).toBeNull()
  })

  it('decides what alarms mean, however it is written', () => {
    // Bit 8 is an unused bit there and a door elsewhere; bit 6 is low battery.
    const models = ['ST-906L', 'st906l', ' ST 906 L', effectiveModel(reported)!]
    for (const model of models) expect([model, alarmsIn(0xffffffbf, model)]).toEqual([model, 1 << 6])
    expect(new Set(models.map(plainModel))).toEqual(new Set(['ST906L']))
  })
})
