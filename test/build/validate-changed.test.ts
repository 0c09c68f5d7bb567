import { mkdtempSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { CloudFormationValidatePlugin, type PolicyValidationPluginReport } from 'aws-cdk-lib'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { ValidateChanged } from '../../cdk/build/validate-changed.ts'
import { runFolder } from '../run-folder.ts'

afterEach(() => vi.restoreAllMocks())

describe('validation of a template', () => {
  const folder = mkdtempSync(join(runFolder(), 'passed-'))
  const templatePath = join(folder, 'template.json')
  let report: PolicyValidationPluginReport = { success: true, violations: [] }
  const validate = (template: object): readonly [calls: number, report: PolicyValidationPluginReport] => {
    const spy = vi.spyOn(CloudFormationValidatePlugin.prototype, 'validate').mockImplementation(() => report)
    writeFileSync(templatePath, JSON.stringify(template))
    const stackTemplates = [{ templatePath, stackConstructPath: 'stack' }]
    const context = { stackTemplates } as unknown as Parameters<ValidateChanged['validate']>[0]
    const found = new ValidateChanged(join(folder, 'kept')).validate(context)
    return [spy.mock.calls.length, found]
  }
  afterEach(() => void (report = { success: true, violations: [] }))

  it('runs again only when the template has changed', () => {
    expect(validate({ a: 1 })[0]).toBe(1)
    vi.restoreAllMocks()
    expect(validate({ a: 1 })).toEqual([0, { success: true, violations: [] }])
    vi.restoreAllMocks()
    expect(validate({ a: 2 })[0]).toBe(1)
  })

  it('runs each time as long as it finds faults', () => {
    const violation = { ruleName: 'E1', description: 'wrong', severity: 'error', violatingResources: [] }
    for (const success of [false, true]) {
      report = { success, violations: [violation] }
      for (let i = 0; i < 2; i++) {
        expect(validate({ bad: success })).toEqual([1, report])
        vi.restoreAllMocks()
      }
    }
  })
})
