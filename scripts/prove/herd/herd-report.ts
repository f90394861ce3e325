// What every server of the herd says: the same believable host.
import type { Digests } from '../../../agent/delivery/delivery.ts'
import type { Report, ReportSections } from '../../../shared/protocol/report.ts'
import { SECTION_NAMES } from '../../../shared/sections/names.ts'
import { reportBody } from '../../benchmarks/report-bodies.ts'

const { root, sections = {} } = JSON.parse(reportBody(0)) as Report

export const ROOT = root
export const SECTIONS: ReportSections = sections
export const DIGESTS: Digests = Object.fromEntries(
  SECTION_NAMES.flatMap((name) => {
    const section = sections[name]
    return section === undefined ? [] : [[name, section.digest]]
  }),
)
