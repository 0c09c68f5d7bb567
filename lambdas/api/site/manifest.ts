/** The console's files by the path they are served at; `hashed` ones never change, so browsers keep them permanently. */
export type ConsoleManifest = Readonly<
  Record<
    string,
    {
      /** Beside the manifest; the same with `.br` is its compressed form. */
      readonly file: string
      readonly type: string
      readonly hashed: boolean
      readonly compressedBytes: number
    }
  >
>
