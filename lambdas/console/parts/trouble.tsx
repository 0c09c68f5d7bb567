/** Shows why something did not work; renders nothing for null. */
export function Trouble({ text }: { text: string | readonly string[] | null }) {
  const lines = typeof text === 'string' ? [text] : (text ?? [])
  if (lines.length === 0) return null
  return (
    <div class="trouble" role="alert">
      {lines.map((line) => (
        <p key={line}>{line}</p>
      ))}
    </div>
  )
}
