// Reading what the server sends: see web/wire.py for the layout.

import { setup } from "./setup.js";

const MAGIC = 0x31435544; // "DUC1", little endian
const IS_SIMULATED = 1;

/** Split a binary message into its header and a Blob with the JPEG; null when it is not a picture of ours. */
export function readPicture(buffer) {
  const view = new DataView(buffer);
  if (view.byteLength < 48 || view.getUint32(0, true) !== MAGIC) return null;
  const ms = (at) => Number(view.getBigInt64(at, true)) / 1e6;
  return {
    kind: setup.kinds[view.getUint8(4)],
    isSimulated: (view.getUint8(5) & IS_SIMULATED) !== 0,
    sequence: Number(view.getBigInt64(8, true)),
    index: Number(view.getBigInt64(16, true)),
    sourceMs: ms(24),
    arrivedMs: ms(32),
    sentMs: ms(40),
    jpeg: new Blob([new Uint8Array(buffer, view.getUint16(6, true))], { type: "image/jpeg" }),
  };
}
