/** A signature as strokes, and as the picture to send, always dark on white. */
export interface Point {
  x: number
  y: number
}
export type Stroke = Point[]

/** Draws each stroke as one smooth line through the midpoints of its points. */
export function draw(context: CanvasRenderingContext2D, strokes: Stroke[], width: number): void {
  context.lineCap = 'round'
  context.lineJoin = 'round'
  context.lineWidth = width
  context.strokeStyle = '#111827'
  context.fillStyle = '#111827'
  for (const stroke of strokes) {
    const first = stroke[0]
    if (!first) continue
    if (stroke.length === 1) {
      context.beginPath()
      context.arc(first.x, first.y, width / 2, 0, 2 * Math.PI)
      context.fill()
      continue
    }
    context.beginPath()
    context.moveTo(first.x, first.y)
    for (let nth = 1; nth < stroke.length - 1; nth++) {
      const here = stroke[nth] as Point
      const next = stroke[nth + 1] as Point
      context.quadraticCurveTo(here.x, here.y, (here.x + next.x) / 2, (here.y + next.y) / 2)
    }
    const last = stroke[stroke.length - 1] as Point
    context.lineTo(last.x, last.y)
    context.stroke()
  }
}

/** The width of the picture in pixels, on every screen. */
const ACROSS = 1200

/** A drawing on a white sheet of this proportion, as PNG. */
async function sheet(ratio: number, paint: (context: CanvasRenderingContext2D) => void): Promise<Blob | null> {
  const canvas = document.createElement('canvas')
  canvas.width = ACROSS
  canvas.height = Math.round(ACROSS / ratio)
  const context = canvas.getContext('2d')
  if (!context) return null
  context.fillStyle = '#ffffff'
  context.fillRect(0, 0, canvas.width, canvas.height)
  paint(context)
  return new Promise((resolve) => canvas.toBlob(resolve, 'image/png'))
}

/** The drawn signature; the strokes are in pixels of a pad of this size. */
export function drawnPicture(strokes: Stroke[], width: number, height: number): Promise<Blob | null> {
  const scale = ACROSS / width
  const scaled = strokes.map((stroke) => stroke.map(({ x, y }) => ({ x: x * scale, y: y * scale })))
  return sheet(width / height, (context) => draw(context, scaled, Math.max(3, 2.6 * scale)))
}

/** A typed signature in slanted letters, as large as they fit. */
export function typedPicture(name: string): Promise<Blob | null> {
  return sheet(3, (context) => {
    const text = name.trim()
    const font = (size: number) => `italic ${size}px Georgia, 'Noto Serif', 'DejaVu Serif', serif`
    let size = 150
    context.font = font(size)
    while (size > 28 && context.measureText(text).width > ACROSS * 0.9) {
      size -= 6
      context.font = font(size)
    }
    context.fillStyle = '#111827'
    context.textAlign = 'center'
    context.textBaseline = 'middle'
    context.fillText(text, ACROSS / 2, ACROSS / 6)
  })
}
