/** The console's files by path; `hashed` ones never change, so browsers cache them permanently. */
export type ConsoleManifest = Readonly<
  Record<
    string,
    {
      /** Relative to the manifest; its compressed form has the suffix `.br`. */
      readonly file: string
      readonly type: string
      readonly hashed: boolean
      readonly compressedBytes: number
    }
  >
>
