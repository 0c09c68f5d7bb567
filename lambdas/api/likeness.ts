/** Similarity of two words, 0…1, by common letter pairs, so that a typing mistake changes little. */
export const likeness = (a: string, b: string): number => {
  const pairs = (text: string): string[] =>
    Array.from({ length: text.length + 1 }, (_, i) => ` ${text} `.slice(i, i + 2))
  const [ofA, ofB] = [pairs(a.toLowerCase()), pairs(b.toLowerCase())]
  return (2 * ofA.filter((pair) => ofB.includes(pair)).length) / (ofA.length + ofB.length)
}
