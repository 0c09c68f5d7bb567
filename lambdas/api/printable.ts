/** Bytes as Latin-1 text. Line feeds are kept: replies to text commands have several lines. */
export const printable = (raw: Uint8Array): string =>
  Buffer.from(raw.buffer, raw.byteOffset, raw.length)
    .toString('latin1')
    // oxlint-disable-next-line no-control-regex -- these are the ones
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/g, '·')
