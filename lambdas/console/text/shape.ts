import type { ComponentChildren } from 'preact'

/** A part of a sentence that the page renders, such as a link. A text with slots is a function that returns a list of parts. */
export type Slot = ComponentChildren

/** The same keys and parameters with other words. */
export type Shape<T> = {
  readonly [Key in keyof T]: T[Key] extends string
    ? string
    : T[Key] extends (...values: infer Values) => infer Result
      ? (...values: Values) => Result extends string ? string : Slot
      : Shape<T[Key]>
}
