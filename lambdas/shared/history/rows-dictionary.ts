/**
 * Preset dictionary of rows format 1: text that most H02 frames share, the most frequent last (deflate reaches nearer
 * bytes with shorter codes). It halves the size of the first frames of a tail. It is part of the format: changing one
 * byte makes stored history unreadable, so a better dictionary needs a new version.
 */
export const rowsDictionary = Buffer.from(
  'MODE:GPRS,POWER ALARM:ON,SET OK,TIME ZONE:E00,GPRS UPLOAD TIME:\nUT:20,300,300\nVOLT:12.9V\nBAT:100\nAPN:internet\nGPS:A-12-20\nGSM:26' +
    'ST906(70SACD)_TQ_V_2.0 2024/06/07\nID:\nIP:' +
    '*HQ,135790246811220,HTBT,100#*HQ,,LINK,,XT,1,100#,V19,,89,?,FFFFFBFF#,NBR,,0,6,V6,,F#' +
    ',V4,S20,DONE,OK,SET,D1,SMS,V8,,0,0,0,0,12,31,126,100#' +
    ',460,00,10342,3721#,214,03,13140,2735#,470,02,00049,4606#,0,0,0,0#' +
    ',0.00,0,,000.00,000,,FFFFDFFF,F7FFFBFF,FBFFBBFF,FFFFFBFF#,FFFFF9FF,FFFFBBFF,' +
    '*HQ,9170000000,V1,120000,V,0000.0000,S,00000.0000,W,000.00,000,010126,FFFFFBFF' +
    '*HQ,9170000000,V1,120000,A,2234.0000,N,00000.0000,E,000.00,000,010126,FFFFBBFF,',
  'latin1',
)
