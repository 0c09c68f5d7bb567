/** Draws the picture in README.md from boxes and arrows as data, in light and dark colors. */
type Box = { readonly x: number; readonly y: number; readonly title: string; readonly note: string }

const WIDTH = 150
const HEIGHT = 58

const boxes = {
  tracker: { x: 20, y: 30, title: 'tracker', note: 'speaks H02 over TCP' },
  gateway: { x: 250, y: 30, title: 'gateway', note: 'Fargate: sockets, acks' },
  log: { x: 480, y: 30, title: 'log', note: 'Kinesis: ordered frames' },
  ingest: { x: 710, y: 30, title: 'ingest', note: 'Lambda: state, history' },
  bus: { x: 480, y: 160, title: 'IoT Core', note: 'one topic per gateway' },
  control: { x: 710, y: 160, title: 'control', note: 'verdicts, campaigns' },
  other: { x: 20, y: 160, title: 'another server', note: 'relay, optional' },
  people: { x: 20, y: 290, title: 'you', note: 'apps, console, curl' },
  api: { x: 480, y: 290, title: 'api', note: 'Lambda: HTTP, console' },
  tables: { x: 710, y: 290, title: 'tables', note: 'DynamoDB' },
  webhooks: { x: 480, y: 420, title: 'webhooks', note: 'signed, in order' },
  events: { x: 710, y: 420, title: 'events', note: 'history, queue, bus' },
} satisfies Readonly<Record<string, Box>>

type Arrow = {
  readonly points: readonly (readonly [number, number])[]
  readonly label?: readonly [number, number, string]
}

const arrows: readonly Arrow[] = [
  {
    points: [
      [170, 48],
      [248, 48],
    ],
    label: [209, 40, 'frames'],
  },
  {
    points: [
      [250, 72],
      [172, 72],
    ],
    label: [211, 105, 'acks, commands'],
  },
  {
    points: [
      [400, 59],
      [478, 59],
    ],
    label: [439, 51, 'all frames'],
  },
  {
    points: [
      [630, 59],
      [708, 59],
    ],
    label: [669, 51, 'batches'],
  },
  {
    points: [
      [860, 59],
      [890, 59],
      [890, 310],
      [862, 310],
    ],
  },
  {
    points: [
      [860, 189],
      [890, 189],
      [890, 449],
      [862, 449],
    ],
  },
  {
    points: [
      [710, 449],
      [632, 449],
    ],
    label: [671, 441, 'queue'],
  },
  {
    points: [
      [480, 449],
      [95, 449],
      [95, 350],
    ],
    label: [287, 441, 'events'],
  },
  {
    points: [
      [270, 88],
      [270, 189],
      [172, 189],
    ],
    label: [221, 181, 'all bytes'],
  },
  {
    points: [
      [478, 180],
      [345, 180],
      [345, 90],
    ],
    label: [410, 172, 'commands'],
  },
  {
    points: [
      [305, 88],
      [305, 200],
      [478, 200],
    ],
    label: [392, 216, 'reports'],
  },
  {
    points: [
      [630, 200],
      [708, 200],
    ],
    label: [669, 216, 'reports'],
  },
  {
    points: [
      [710, 180],
      [632, 180],
    ],
    label: [669, 172, 'commands'],
  },
  {
    points: [
      [785, 218],
      [785, 288],
    ],
  },
  {
    points: [
      [170, 319],
      [478, 319],
    ],
    label: [324, 311, 'HTTPS'],
  },
  {
    points: [
      [630, 319],
      [708, 319],
    ],
  },
  {
    points: [
      [555, 290],
      [555, 220],
    ],
    label: [593, 258, 'commands'],
  },
]

const themes = {
  light: { ink: '#1f2328', note: '#59636e', line: '#818b98', fill: '#f6f8fa' },
  dark: { ink: '#f0f6fc', note: '#9198a1', line: '#6e7681', fill: '#161b22' },
} as const
type Theme = keyof typeof themes

export function drawArchitecture(theme: Theme): string {
  const { ink, note, line, fill } = themes[theme]
  const drawnBoxes = Object.values(boxes).map(
    (
      box: Box,
    ) => `  <rect x="${box.x}" y="${box.y}" width="${WIDTH}" height="${HEIGHT}" rx="6" fill="${fill}" stroke="${line}"/>
  <text x="${box.x + WIDTH / 2}" y="${box.y + 25}" fill="${ink}" font-weight="600">${box.title}</text>
  <text x="${box.x + WIDTH / 2}" y="${box.y + 44}" fill="${note}" font-size="12">${box.note}</text>`,
  )
  const drawnArrows = arrows.map(({ points, label }) => {
    const path = `  <path d="M${points.map((point) => point.join(' ')).join(' L')}" fill="none" stroke="${line}" marker-end="url(#tip)"/>`
    if (label === undefined) return path
    const [x, y, text] = label
    return `${path}\n  <text x="${x}" y="${y}" fill="${note}" font-size="11">${text}</text>`
  })
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 910 500" width="910" height="500" role="img"
  aria-label="Trackers send frames to the gateway, the log keeps them, ingest stores them. The api reads the tables. Commands go over IoT Core to the gateway, and control draws verdicts from its reports. Events go to webhooks. A relay copies the bytes of a tracker to another server."
  font-family="system-ui, sans-serif" font-size="15" text-anchor="middle">
  <defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" orient="auto"><path d="M0 0 L8 4 L0 8 z" fill="${line}"/></marker></defs>
${[...drawnArrows, ...drawnBoxes].join('\n')}
</svg>
`
}
