import { backlogSection } from './sections/backlog.ts'
import { commandsSection } from './sections/commands.ts'
import { costsSection } from './sections/costs.ts'
import { createCurves, type Section } from './sections/curves.ts'
import { framesSection } from './sections/frames.ts'
import { trackersSection } from './sections/trackers.ts'
import type { Sources } from './sources.ts'

/** The dashboard, top to bottom in the order in which one asks. */
export function dashboardSections(sources: Sources): Section[] {
  const curves = createCurves(sources)
  return [
    trackersSection(sources, curves),
    framesSection(curves),
    commandsSection(curves),
    backlogSection(sources, curves),
    costsSection(sources, curves),
  ]
}
