import { backlogSection } from './sections/backlog.ts'
import { commandsSection } from './sections/commands.ts'
import { costsSection } from './sections/costs.ts'
import { createCurves, type Section } from './sections/curves.ts'
import { framesSection } from './sections/frames.ts'
import { trackersSection } from './sections/trackers.ts'
import { webhooksSection } from './sections/webhooks.ts'
import type { Sources } from './sources.ts'

/** The sections of the dashboard, in the order in which people ask these questions. */
export function dashboardSections(sources: Sources): Section[] {
  const curves = createCurves(sources)
  return [
    trackersSection(sources, curves),
    framesSection(curves),
    commandsSection(curves),
    webhooksSection(sources, curves),
    backlogSection(sources, curves),
    costsSection(sources, curves),
  ]
}
