/**
 * The reader of each type. To add a type: write `messages/<type>.ts`, opening with one real, anonymised frame and its
 * fields by index; add its line here; add vectors to test/vectors/frames.json. A type that is missing here is
 * `unknown-type`, unless it holds a V1 body.
 */
import type { Reader } from './reader.ts'
import { readAlrm, readVi1 } from './alrm.ts'
import { readBase, readBs } from './base.ts'
import { readBc } from './bc.ts'
import { readHeartbeat, readHtbt } from './heartbeat.ts'
import { readIccid } from './iccid.ts'
import { readLink } from './link.ts'
import { readNbr } from './nbr.ts'
import { readSms } from './sms.ts'
import { readV1, readV2 } from './v1.ts'
import { readV3 } from './v3.ts'
import { readV4 } from './v4.ts'
import { readV5 } from './v5.ts'
import { readV6 } from './v6.ts'
import { readV8 } from './v8.ts'
import { readV19 } from './v19.ts'
import { readVp1 } from './vp1.ts'

export const readers: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  ['V1', readV1],
  ['V2', readV2],
  ['VI1', readVi1],
  ['V3', readV3],
  ['V4', readV4],
  ['V5', readV5],
  ['V6', readV6],
  ['V8', readV8],
  ['V19', readV19],
  ['VP1', readVp1],
  ['NBR', readNbr],
  ['LINK', readLink],
  ['HTBT', readHtbt],
  ['XT', readHeartbeat],
  ['V0', readHeartbeat],
  ['CR', readHeartbeat],
  ['NOR', readHeartbeat],
  ['BASE', readBase],
  ['BS', readBs],
  ['ICCID', readIccid],
  ['SMS', readSms],
  ['BC', readBc],
  ['ALRM', readAlrm],
])
