// Made from openapi.json by `npm run openapi`.
export interface paths {
  '/healthz': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /**
     * Whether this API answers
     * @description No key is required.
     */
    get: operations['getHealth']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/openapi.json': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /**
     * This OpenAPI document
     * @description No key is required.
     */
    get: operations['getOpenApi']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/console.json': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /**
     * The settings that the console needs before sign-in
     * @description No key is required.
     */
    get: operations['getConsoleConfig']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /**
     * The browser console
     * @description No key is required.
     */
    get: operations['getConsole']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/v1/devices': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /**
     * Devices, by id
     * @description A device registered a moment ago may be missing for about a second.
     *
     *     Requires the scope `read`.
     */
    get: operations['listDevices']
    put?: never
    /**
     * Register or change one or many devices
     * @description Every valid row is applied, even if others are invalid. If a device is registered already, the fields of the row replace its fields; omitted fields stay unchanged.
     *
     *     Requires the scope `admin`.
     */
    post: operations['registerDevices']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/v1/devices/{deviceId}': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /**
     * A device with its last position and state
     * @description Requires the scope `read`.
     */
    get: operations['getDevice']
    put?: never
    post?: never
    /**
     * Delete a device and all its telemetry
     * @description The device disappears at once; its history is removed in the background. Its events in the log are ignored, and expire within 8 days.
     *
     *     Requires the scope `admin`.
     */
    delete: operations['deleteDevice']
    options?: never
    head?: never
    /**
     * Change a device; omitted fields stay unchanged, null removes a value
     * @description Requires the scope `admin`.
     */
    patch: operations['updateDevice']
    trace?: never
  }
  '/v1/positions': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /**
     * Last positions of the fleet, by device id
     * @description Every device is listed. A device without a position has a null `lastPosition`.
     *
     *     Requires the scope `read`.
     */
    get: operations['listLastPositions']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/v1/devices/{deviceId}/positions': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /**
     * Positions of a device, newest first
     * @description Identical frames are one position. JSON, GeoJSON, CSV, GPX or NDJSON, chosen by `format` or Accept. A GPX track contains only valid fixes with a trusted time. A day fits on one page with `limit=10000`; `…/positions/export` writes longer ranges as one file.
     *
     *     Requires the scope `read`.
     */
    get: operations['listPositions']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/v1/devices/{deviceId}/positions/export': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /**
     * Positions of up to a month as one file, oldest first
     * @description CSV, GPX, GeoJSON or NDJSON, compressed according to Accept-Encoding. In embedded mode one answer contains the whole file. On AWS an answer contains at most 4 MB as sent: with compression about a month of a tracker that reports every 10 s. A longer file continues at `Link: …; rel="next"`: concatenate the bodies to get the file.
     *
     *     Requires the scope `read`.
     */
    get: operations['exportPositions']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/v1/devices/{deviceId}/trips': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /**
     * Trips and stops of a device in up to a month, oldest first
     * @description Trips are found in the positions on each request; those that overlap the range are returned whole. A stop is at least 5 minutes below 6 km/h within 80 m, or shorter if the ignition is switched off. A trip leads at least 250 m away. Without a position for 30 minutes, a trip ends. Fewer than 3 positions in a row that need more than 300 km/h are left out.
     *
     *     Requires the scope `read`.
     */
    get: operations['listTrips']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/v1/devices/{deviceId}/summary': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /**
     * Distance and time driven by day, in up to a month
     * @description Distance, moving time and top speed of the trips of each day; a trip that crosses midnight is split between both days. Days without positions are missing. A stop is at least 5 minutes below 6 km/h within 80 m, or shorter if the ignition is switched off. A trip leads at least 250 m away. Without a position for 30 minutes, a trip ends. Fewer than 3 positions in a row that need more than 300 km/h are left out.
     *
     *     Requires the scope `read`.
     */
    get: operations['summarizeTrips']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/v1/devices/{deviceId}/diagnosis': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /**
     * Diagnose why a tracker is silent
     * @description A verdict with its evidence, and what to do. Uncertain facts are `not-known`. Also available for an unregistered id that has connected.
     *
     *     Requires the scope `read`.
     */
    get: operations['diagnoseDevice']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/v1/devices/{deviceId}/frames': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /**
     * Stored frames in both directions, newest first
     * @description Requires the scope `read`.
     */
    get: operations['listFrames']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/v1/devices/{deviceId}/catalogue': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /**
     * The commands of a device, with the answers of its firmware
     * @description Every command with its parameters, how dangerous it is, its wordings, and how often each was answered by this firmware.
     *
     *     Requires the scope `read`.
     */
    get: operations['getCatalogue']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/v1/devices/{deviceId}/commands': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /**
     * Commands of a device, newest first
     * @description Requires the scope `read`.
     */
    get: operations['listCommands']
    put?: never
    /**
     * Send a command, or let it wait for the device
     * @description An intent of the catalogue, or bytes. Bytes that the catalogue knows inherit its danger, its ranges and its masks; others require the scope command:raw.
     *
     *     Disruptive commands require `confirm`. Dangerous commands require the scope command:engine and an installation that allows them: this request then only returns a token, and POST …/commands/confirm sends the command. Dangerous commands never wait for a device.
     *
     *     If the device is not connected, all other commands wait until it is, or until they expire.
     *
     *     Requires the scope `command`.
     */
    post: operations['sendCommand']
    /**
     * Cancel all waiting commands of a device
     * @description Requires the scope `command`.
     */
    delete: operations['cancelWaitingCommands']
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/v1/devices/{deviceId}/commands/confirm': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    /**
     * Confirm and send a dangerous command that was requested within the last minute
     * @description A token sends one command, however often it is used. The gateway decides by the newest frame whether the car is slow enough, just before it writes the command.
     *
     *     Requires the scope `command:engine`.
     */
    post: operations['confirmCommand']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/v1/devices/{deviceId}/commands/{commandId}': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /**
     * A command with its whole timeline
     * @description Requires the scope `read`.
     */
    get: operations['getCommand']
    put?: never
    post?: never
    /**
     * Cancel a command
     * @description A waiting command ends `undelivered`. A sent command cannot be taken back, but its effect is no longer awaited: it concludes from what is known, at the latest when its reply window ends. A concluded command whose effect is still watched is no longer watched.
     *
     *     Requires the scope `command`.
     */
    delete: operations['cancelCommand']
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/v1/devices/{deviceId}/probe': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /**
     * The newest probe of a device with its progress and results
     * @description Requires the scope `read`.
     */
    get: operations['getLatestProbe']
    put?: never
    /**
     * Start a probe: ask a tracker every harmless question
     * @description Every harmless question in both dialects, except those of other makers, one by one, each as a separate command. An unanswered one takes about half a minute.
     *
     *     Requires the scope `command`.
     */
    post: operations['startProbe']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/v1/devices/{deviceId}/probe/{probeId}': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /**
     * A probe with its progress and results
     * @description Requires the scope `read`.
     */
    get: operations['getProbe']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/v1/devices/{deviceId}/schedules': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /**
     * Schedules of a device, by name
     * @description Requires the scope `read`.
     */
    get: operations['listSchedules']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/v1/devices/{deviceId}/schedules/{name}': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /**
     * A schedule with its last run
     * @description Requires the scope `read`.
     */
    get: operations['getSchedule']
    /**
     * Send a harmless read on a schedule
     * @description Each run is an ordinary command. With `every` the first run follows within a minute or two, and later ones are spread over the interval by device. A run that waits for its device ends before the next run, so a device that was offline gets one read and not one per run. Setting the same schedule again changes nothing.
     *
     *     Requires the scope `command`.
     */
    put: operations['setSchedule']
    post?: never
    /**
     * Delete a schedule
     * @description A waiting command of the schedule keeps waiting.
     *
     *     Requires the scope `command`.
     */
    delete: operations['deleteSchedule']
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/v1/devices/{deviceId}/desired': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /**
     * Settings that a device should keep, with the reported values
     * @description Requires the scope `read`.
     */
    get: operations['getDesiredSettings']
    /**
     * Set the settings that a device should keep
     * @description Replaces the desired settings. Within a minute the settings are read. If the tracker reports another value, the setting is sent by an ordinary command and read again, at most three times with growing pauses; then the event `setting.not-kept` is published. Settings are also read when the tracker restarts or reconnects, and once a day, so that a factory reset is noticed. Only settings with a harmless command can be desired.
     *
     *     Requires the scope `command`.
     */
    put: operations['setDesiredSettings']
    post?: never
    /**
     * Remove all desired settings of a device
     * @description The settings of the tracker do not change. A waiting command keeps waiting.
     *
     *     Requires the scope `command`.
     */
    delete: operations['deleteDesiredSettings']
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/v1/campaigns': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /**
     * Campaigns, newest first
     * @description A key that is restricted to devices sees campaigns that can reach only these devices: its own, and those of keys with the same or a narrower restriction.
     *
     *     Requires the scope `read`.
     */
    get: operations['listCampaigns']
    put?: never
    /**
     * Send one command to many devices, a few first
     * @description Each device gets an ordinary command with its own verdict. It is first sent to a few devices (`canary`): all of them must end `confirmed` or `answered`, otherwise the campaign stops. Then it is sent to the rest, `perMinute` devices a minute, until a condition of `stopWhen` holds.
     *
     *     Sensitive and disruptive commands require `confirm` and a canary of at least 3 devices, or of 1 % if that is more. Dangerous commands and bytes are refused.
     *
     *     Requires the scope `command`.
     */
    post: operations['createCampaign']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/v1/campaigns/{campaignId}': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /**
     * A campaign with its progress by outcome and by firmware
     * @description Numbers may be up to a minute old.
     *
     *     Requires the scope `read`.
     */
    get: operations['getCampaign']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/v1/campaigns/{campaignId}/parts': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /**
     * The devices of a campaign, in the order of sending, and how each ended
     * @description Devices that have been deleted since are not listed, but the numbers of the campaign still count them.
     *
     *     Requires the scope `read`.
     */
    get: operations['listCampaignParts']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/v1/campaigns/{campaignId}/pause': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    /**
     * Pause a campaign
     * @description The campaign sends to no more devices until it is resumed. At most 50 commands that it had already decided on are still created. Commands that wait for their devices keep waiting. Repeating the request changes nothing.
     *
     *     Requires the scope `command`.
     */
    post: operations['pauseCampaign']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/v1/campaigns/{campaignId}/resume': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    /**
     * Resume a paused campaign
     * @description It continues at once. Repeating the request changes nothing.
     *
     *     Requires the scope `command`.
     */
    post: operations['resumeCampaign']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/v1/campaigns/{campaignId}/cancel': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    /**
     * End a campaign
     * @description It sends to no more devices, and commands that still wait for theirs are cancelled. Commands that were sent still conclude. Repeating the request changes nothing.
     *
     *     Requires the scope `command`.
     */
    post: operations['cancelCampaign']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/v1/named-commands': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /**
     * Commands that people of this installation have named
     * @description For commands that are not in the catalogue, such as those observed from the server of a vendor. They are sent as raw bytes, and the rules for raw bytes apply.
     *
     *     Requires the scope `read`.
     */
    get: operations['listNamedCommands']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/v1/named-commands/{name}': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    /**
     * Name a command, or change a named one
     * @description Commands that cut the engine, or that contain secrets, are refused. At most 200 commands can be named.
     *
     *     Requires the scope `admin`.
     */
    put: operations['putNamedCommand']
    post?: never
    /**
     * Delete a named command
     * @description Requires the scope `admin`.
     */
    delete: operations['deleteNamedCommand']
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/v1/devices/{deviceId}/audit': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /**
     * The commands that were sent to a device, with sender and outcome
     * @description Kept permanently. For a deleted device the sender, the time and the outcome remain, without bytes.
     *
     *     Requires the scope `admin`.
     */
    get: operations['listDeviceAudit']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/v1/audit': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /**
     * Who did what with keys, devices, secrets and commands, newest first
     * @description Kept permanently; entries are never changed. The use of a key, and its reads of secrets in clear text, are recorded once an hour per function instance. An entry may be missing for about a second.
     *
     *     Requires the scope `admin`.
     */
    get: operations['listAudit']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/v1/devices/{deviceId}/live': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    /**
     * Watch the frames of a device live
     * @description Messages are JSON batches of frames in both directions, as hex; secrets are always masked. Frames are published only while someone watches.
     *
     *     Requires the scope `read`.
     */
    post: operations['openLiveView']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/v1/live': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    /**
     * Watch several devices, by their ids or by labels
     * @description As for one device, over one connection: `topic` has a + in place of the device id. At most 100 devices; devices that get the labels later are not included.
     *
     *     Requires the scope `read`.
     */
    post: operations['openFleetLiveView']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/v1/events': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /**
     * Events: alarms, presence, verdicts of commands …
     * @description With `deviceId`: the events of a device by `time`, newest first. Without: the events of all devices by `recordedAt`, oldest first. `nextCursor` is then always present: a program that stores it and repeats the request gets each event once and misses none. `next` is null if there are no more events now. `device.moved` is not stored, because positions are.
     *
     *     Requires the scope `read`.
     */
    get: operations['listEvents']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/v1/stream': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /**
     * Events as they happen, as Server-Sent Events
     * @description The same events as `GET /v1/events`, and `device.moved` if `types` contains it. A client that reconnects with `Last-Event-ID` gets the events that it missed, and some events of the last 10 s again: drop repeats by `id`. At most 5 streams per key; a stream ends when its key is deleted or expires. In embedded mode only: API Gateway does not stream, so on AWS the answer is `stream-unavailable`; follow `GET /v1/events` with its cursor there.
     *
     *     Requires the scope `read`.
     */
    get: operations['streamEvents']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/v1/evidence': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /**
     * Which commands each firmware answered on this installation
     * @description Counted over all devices of the installation, by the firmware that they report; a key that is restricted to devices sees only the counts of their firmware. The registered model does not matter. Without `model`: the families of firmware with counts. With `model`: every intent in every dialect that was tried, by firmware. `format=csv` without `model` contains all families.
     *
     *     Requires the scope `read`.
     */
    get: operations['getEvidence']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/v1/unknown-devices': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /**
     * Ids that have connected and are not registered
     * @description Their frames are neither stored nor acknowledged: the trackers keep them until they are adopted.
     *
     *     Requires the scope `read`.
     */
    get: operations['listUnknownDevices']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/v1/unknown-devices/{deviceId}/adopt': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    /**
     * Register an unknown device
     * @description Requires the scope `admin`.
     */
    post: operations['adoptDevice']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/v1/unknown-devices/{deviceId}': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    post?: never
    /**
     * Remove an id from the list; it returns when it connects again
     * @description Requires the scope `admin`.
     */
    delete: operations['forgetUnknownDevice']
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/v1/keys': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /**
     * All keys, without their secrets
     * @description Requires the scope `admin`.
     */
    get: operations['listKeys']
    put?: never
    /**
     * Create a key; its secret is shown only once
     * @description A key can only grant scopes, devices and validity that it has itself.
     *
     *     Requires the scope `admin`.
     */
    post: operations['createKey']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/v1/keys/{keyId}/rotate': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    /**
     * Replace the secret of a key; the new one is shown only once
     * @description The current secret is accepted until the overlap ends; the one of an earlier rotation is refused at once.
     *
     *     Requires the scope `admin`.
     */
    post: operations['rotateKey']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/v1/keys/{keyId}': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    post?: never
    /**
     * Delete a key; it is refused from the next request on
     * @description Keys that it created keep working unless `children=true`. If there are such keys, the answer lists them.
     *
     *     Requires the scope `admin`.
     */
    delete: operations['deleteKey']
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/v1/devices/{deviceId}/shares': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /**
     * The valid links of a device
     * @description Requires the scope `admin`.
     */
    get: operations['listShares']
    put?: never
    /**
     * Create a link that shows the position of a device until it expires
     * @description Whoever has the link sees the name, the last position and its time, and nothing else: no id, no history, no commands. The link works until it expires or is deleted.
     *
     *     Also requires the scope `read`. If the key is restricted to labels, its link works while the device has these labels.
     *
     *     Requires the scope `admin`.
     */
    post: operations['createShare']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/v1/devices/{deviceId}/shares/{shareId}': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    post?: never
    /**
     * Delete a link; it is refused from the next request on
     * @description Requires the scope `admin`.
     */
    delete: operations['deleteShare']
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/v1/shared': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /**
     * The position that the key of a link shows
     * @description Requires the scope `share`.
     */
    get: operations['getSharedDevice']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/v1/places': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /**
     * Places, by id
     * @description `places` of a device lists those that it is in.
     *
     *     Requires the scope `read`.
     */
    get: operations['listPlaces']
    put?: never
    /**
     * Create a place: a circle or a polygon
     * @description From 5 seconds later on, devices publish `place.entered` and `place.left`, also for stored fixes that arrive late. A device that is already inside enters with its next fix. A position on the line is inside; a device has left when it is more than 50 m outside.
     *
     *     Requires the scope `admin`.
     */
    post: operations['createPlace']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/v1/places/{placeId}': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /**
     * A place
     * @description Requires the scope `read`.
     */
    get: operations['getPlace']
    put?: never
    post?: never
    /**
     * Delete a place; devices inside publish no event
     * @description Requires the scope `admin`.
     */
    delete: operations['deletePlace']
    options?: never
    head?: never
    /**
     * Change a place; omitted fields stay unchanged, null removes a value
     * @description The new shape applies from the next fix of a device. A device that the place no longer applies to leaves it without an event.
     *
     *     Requires the scope `admin`.
     */
    patch: operations['changePlace']
    trace?: never
  }
  '/v1/geocode': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /**
     * The address of a position
     * @description From the geocoder of this installation, if it has one (`geocoder` in `/console.json`). Positions are rounded to about 50 m, and answers are kept for a day. A geocoder that fails or is too busy is an `outcome`, not an error.
     *
     *     Requires the scope `read`.
     */
    get: operations['findAddress']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/v1/webhooks': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /**
     * All webhooks with the state of their deliveries
     * @description Requires the scope `admin`.
     */
    get: operations['listWebhooks']
    put?: never
    /**
     * Create a webhook: post events to a URL; the secret is shown only once
     * @description Deliveries are signed according to Standard Webhooks. The webhook gets events published at least 3 seconds after its creation, of devices that the creating key sees, and ends when that key expires.
     *
     *     Requires the scope `admin`.
     */
    post: operations['createWebhook']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/v1/webhooks/{webhookId}': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /**
     * A webhook with the state of its deliveries
     * @description Requires the scope `admin`.
     */
    get: operations['getWebhook']
    put?: never
    post?: never
    /**
     * Delete a webhook; events that wait for it are dropped
     * @description Requires the scope `admin`.
     */
    delete: operations['deleteWebhook']
    options?: never
    head?: never
    /**
     * Change a webhook
     * @description Omitted fields stay unchanged. Waiting events go to the new URL. The devices that it may get events of, which are those of the creating key, cannot be changed.
     *
     *     Requires the scope `admin`.
     */
    patch: operations['changeWebhook']
    trace?: never
  }
  '/v1/webhooks/{webhookId}/enable': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    /**
     * Enable a webhook that is disabled or paused
     * @description Events that were published while it was disabled are not sent: read them from `GET /v1/events`.
     *
     *     Requires the scope `admin`.
     */
    post: operations['enableWebhook']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/v1/webhooks/{webhookId}/rotate': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    /**
     * Replace the secret of a webhook; the new one is shown only once
     * @description Until the overlap ends, deliveries have two signatures, so that the receiver has time to change its secret.
     *
     *     Requires the scope `admin`.
     */
    post: operations['rotateWebhookSecret']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/v1/webhooks/{webhookId}/test': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    /**
     * Send a test event and return the answer
     * @description Sends one event of type `webhook.test`, signed like all others, even if the webhook is disabled.
     *
     *     Requires the scope `admin`.
     */
    post: operations['testWebhook']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/v1/webhooks/{webhookId}/deliveries': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /**
     * The last 100 deliveries, newest first
     * @description Each attempt is one delivery. Deliveries are kept for 7 days.
     *
     *     Requires the scope `admin`.
     */
    get: operations['listWebhookDeliveries']
    put?: never
    post?: never
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/v1/webhooks/{webhookId}/deliveries/{deliveryId}/redeliver': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    /**
     * Send the event of a delivery again
     * @description It is sent once, with the same `webhook-id` and out of order. `device.moved` and test events are not stored, so they cannot be sent again.
     *
     *     Requires the scope `admin`.
     */
    post: operations['redeliverEvent']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/v1/notice-channels': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /**
     * All channels with the result of their last delivery
     * @description Requires the scope `admin`.
     */
    get: operations['listNoticeChannels']
    put?: never
    /**
     * Create a channel for notices
     * @description ntfy, Telegram, Pushover, a webhook, or e-mail if the installation runs on AWS. Secrets are stored separately and never shown again. URLs must lead to public hosts; an installation on one machine also accepts private hosts if it is started with --webhook-private.
     *
     *     Requires the scope `admin`.
     */
    post: operations['createNoticeChannel']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/v1/notice-channels/{channelId}': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /**
     * A channel with the result of its last delivery
     * @description Requires the scope `admin`.
     */
    get: operations['getNoticeChannel']
    put?: never
    post?: never
    /**
     * Delete a channel that no rule uses; notices that wait for it are dropped
     * @description Requires the scope `admin`.
     */
    delete: operations['deleteNoticeChannel']
    options?: never
    head?: never
    /**
     * Rename a channel, or change its target
     * @description A `target` is replaced as a whole, because its stored secrets cannot be read to complete it.
     *
     *     Requires the scope `admin`.
     */
    patch: operations['changeNoticeChannel']
    trace?: never
  }
  '/v1/notice-channels/{channelId}/test': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    /**
     * Send a test notice and return the answer of the service
     * @description Requires the scope `admin`.
     */
    post: operations['testNoticeChannel']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/v1/notice-rules': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /**
     * All rules for notices
     * @description Requires the scope `admin`.
     */
    get: operations['listNoticeRules']
    put?: never
    /**
     * Create a rule for notices
     * @description The rule applies after a second, to devices that the creating key sees, and ends when that key expires. In quiet hours nothing is sent; one notice at their end sums up what was held back.
     *
     *     Requires the scope `admin`.
     */
    post: operations['createNoticeRule']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  '/v1/notice-rules/{ruleId}': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    /**
     * A rule for notices
     * @description Requires the scope `admin`.
     */
    get: operations['getNoticeRule']
    put?: never
    post?: never
    /**
     * Delete a rule for notices; notices that it held back are dropped
     * @description Requires the scope `admin`.
     */
    delete: operations['deleteNoticeRule']
    options?: never
    head?: never
    /**
     * Change a rule for notices, or switch it off
     * @description Omitted fields stay unchanged; `quietHours` and `format` are replaced as a whole. The devices that the rule may be about, which are those of the creating key, cannot be changed.
     *
     *     Requires the scope `admin`.
     */
    patch: operations['changeNoticeRule']
    trace?: never
  }
}
export interface webhooks {
  'device.added': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    /** A device was registered */
    post: operations['onDeviceAddedEvent']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  'device.removed': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    /** A device was deleted, with all its history */
    post: operations['onDeviceRemovedEvent']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  'device.online': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    /** A session of the device began while it had none */
    post: operations['onDeviceOnlineEvent']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  'device.offline': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    /** The newest session of the device ended */
    post: operations['onDeviceOfflineEvent']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  'device.silent': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    /** The device has sent nothing for a long time; once per silence */
    post: operations['onDeviceSilentEvent']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  'device.moved': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    /** The last position of the device changed; at most once per device and batch window, while someone listens */
    post: operations['onDeviceMovedEvent']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  'device.moved-parked': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    /** Two fixes in a row are more than 200 m from where the device is parked, with its ignition off; once until it is parked again */
    post: operations['onDeviceMovedParkedEvent']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  'device.contested': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    /** Two connections claim to be the device */
    post: operations['onDeviceContestedEvent']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  'device.source-refused': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    /** A connection used the id of the device from a network that its `sources` do not allow */
    post: operations['onDeviceSourceRefusedEvent']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  'device.daily-limit': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    /** The device sent more than a tracker sends in a day; what it sends is not stored for the rest of it */
    post: operations['onDeviceDailyLimitEvent']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  'alarm.raised': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    /** An alarm began, or is known to have begun (`late`) */
    post: operations['onAlarmRaisedEvent']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  'alarm.cleared': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    /** An alarm ended */
    post: operations['onAlarmClearedEvent']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  'place.entered': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    /** The device entered a place, at the time of its fix */
    post: operations['onPlaceEnteredEvent']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  'place.left': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    /** The device left a place, at the time of its fix */
    post: operations['onPlaceLeftEvent']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  'place.stayed': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    /** The device has been in a place for its `stayMinutes`; once per visit */
    post: operations['onPlaceStayedEvent']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  'speed.exceeded': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    /** Two fixes in a row are over the speed limit of the device */
    post: operations['onSpeedExceededEvent']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  'speed.ok-again': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    /** Two fixes in a row are within the speed limit of the device again */
    post: operations['onSpeedOkAgainEvent']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  'command.concluded': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    /** A command has its verdict */
    post: operations['onCommandConcludedEvent']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  'command.corrected': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    /** A late reply or effect replaced the verdict of a command */
    post: operations['onCommandCorrectedEvent']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  'unknown-device.seen': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    /** An id connected that is not registered; the first time in a month, at most 60 an hour for each gateway task */
    post: operations['onUnknownDeviceSeenEvent']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  'notifications.held-back': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    /** Notifications to people about the device were held back by their limits; one summary follows */
    post: operations['onNotificationsHeldBackEvent']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  'setting.not-kept': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    /** A desired setting was sent three times, and the device does not keep it */
    post: operations['onSettingNotKeptEvent']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  'campaign.started': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    /** A campaign began */
    post: operations['onCampaignStartedEvent']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  'campaign.paused': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    /** Someone paused a campaign */
    post: operations['onCampaignPausedEvent']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  'campaign.resumed': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    /** Someone resumed a paused campaign */
    post: operations['onCampaignResumedEvent']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  'campaign.stopped': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    /** A campaign stopped itself because of its conditions (`reason`) */
    post: operations['onCampaignStoppedEvent']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  'campaign.cancelled': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    /** Someone ended a campaign */
    post: operations['onCampaignCancelledEvent']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  'campaign.finished': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    /** All devices of a campaign are concluded */
    post: operations['onCampaignFinishedEvent']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
  'webhook.disabled': {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    get?: never
    put?: never
    /** Deliveries to a webhook failed for so long that it is disabled until someone enables it */
    post: operations['onWebhookDisabledEvent']
    delete?: never
    options?: never
    head?: never
    patch?: never
    trace?: never
  }
}
export interface components {
  schemas: {
    /**
     * @description A device was registered
     * @example {
     *       "id": "9170000000:device.added",
     *       "type": "device.added",
     *       "version": 1,
     *       "time": "2026-01-31T08:00:01.250Z",
     *       "recordedAt": "2026-01-31T08:00:01.250Z",
     *       "deviceId": "9170000000",
     *       "data": {
     *         "registeredBy": "api",
     *         "name": "Van 3",
     *         "model": "ST-906L"
     *       }
     *     }
     */
    DeviceAddedEvent: {
      /** @description An event may be repeated with the same id: drop repeats */
      id: string
      /**
       * @description discriminator enum property added by openapi-typescript
       * @enum {string}
       */
      type: 'device.added'
      /** @description Version of `data`: a higher version may lack fields; fields may be added without a new version */
      version: number
      /**
       * Format: date-time
       * @description When it happened
       */
      time: string
      /**
       * Format: date-time
       * @description When it was stored
       */
      recordedAt: string
      deviceId: string | null
      data: {
        /** @enum {string} */
        registeredBy: 'api' | 'open'
        name: string | null
        model: string | null
      }
    }
    /**
     * @description A device was deleted, with all its history
     * @example {
     *       "id": "9170000000:device.removed",
     *       "type": "device.removed",
     *       "version": 1,
     *       "time": "2026-01-31T08:00:01.250Z",
     *       "recordedAt": "2026-01-31T08:00:01.250Z",
     *       "deviceId": "9170000000",
     *       "data": {}
     *     }
     */
    DeviceRemovedEvent: {
      /** @description An event may be repeated with the same id: drop repeats */
      id: string
      /**
       * @description discriminator enum property added by openapi-typescript
       * @enum {string}
       */
      type: 'device.removed'
      /** @description Version of `data`: a higher version may lack fields; fields may be added without a new version */
      version: number
      /**
       * Format: date-time
       * @description When it happened
       */
      time: string
      /**
       * Format: date-time
       * @description When it was stored
       */
      recordedAt: string
      deviceId: string | null
      data: Record<string, never>
    }
    /**
     * @description A session of the device began while it had none
     * @example {
     *       "id": "9170000000:device.online",
     *       "type": "device.online",
     *       "version": 1,
     *       "time": "2026-01-31T08:00:01.250Z",
     *       "recordedAt": "2026-01-31T08:00:01.250Z",
     *       "deviceId": "9170000000",
     *       "data": {
     *         "sessionId": "019c131a55e2a1b2c3d4",
     *         "receivedAt": "2026-01-31T08:00:01.250Z"
     *       }
     *     }
     */
    DeviceOnlineEvent: {
      /** @description An event may be repeated with the same id: drop repeats */
      id: string
      /**
       * @description discriminator enum property added by openapi-typescript
       * @enum {string}
       */
      type: 'device.online'
      /** @description Version of `data`: a higher version may lack fields; fields may be added without a new version */
      version: number
      /**
       * Format: date-time
       * @description When it happened
       */
      time: string
      /**
       * Format: date-time
       * @description When it was stored
       */
      recordedAt: string
      deviceId: string | null
      data: {
        sessionId: string
        /**
         * Format: date-time
         * @description UTC, our clock, with milliseconds
         */
        receivedAt: string
      }
    }
    /**
     * @description The newest session of the device ended
     * @example {
     *       "id": "9170000000:device.offline",
     *       "type": "device.offline",
     *       "version": 1,
     *       "time": "2026-01-31T08:00:01.250Z",
     *       "recordedAt": "2026-01-31T08:00:01.250Z",
     *       "deviceId": "9170000000",
     *       "data": {
     *         "sessionId": "019c131a55e2a1b2c3d4",
     *         "receivedAt": "2026-01-31T08:00:01.250Z"
     *       }
     *     }
     */
    DeviceOfflineEvent: {
      /** @description An event may be repeated with the same id: drop repeats */
      id: string
      /**
       * @description discriminator enum property added by openapi-typescript
       * @enum {string}
       */
      type: 'device.offline'
      /** @description Version of `data`: a higher version may lack fields; fields may be added without a new version */
      version: number
      /**
       * Format: date-time
       * @description When it happened
       */
      time: string
      /**
       * Format: date-time
       * @description When it was stored
       */
      recordedAt: string
      deviceId: string | null
      data: {
        sessionId: string
        /**
         * Format: date-time
         * @description UTC, our clock, with milliseconds
         */
        receivedAt: string
      }
    }
    /**
     * @description The device has sent nothing for a long time; once per silence
     * @example {
     *       "id": "9170000000:device.silent",
     *       "type": "device.silent",
     *       "version": 1,
     *       "time": "2026-01-31T08:00:01.250Z",
     *       "recordedAt": "2026-01-31T08:00:01.250Z",
     *       "deviceId": "9170000000",
     *       "data": {
     *         "lastSeen": "2026-01-30T08:00:00.000Z",
     *         "silentHours": 24
     *       }
     *     }
     */
    DeviceSilentEvent: {
      /** @description An event may be repeated with the same id: drop repeats */
      id: string
      /**
       * @description discriminator enum property added by openapi-typescript
       * @enum {string}
       */
      type: 'device.silent'
      /** @description Version of `data`: a higher version may lack fields; fields may be added without a new version */
      version: number
      /**
       * Format: date-time
       * @description When it happened
       */
      time: string
      /**
       * Format: date-time
       * @description When it was stored
       */
      recordedAt: string
      deviceId: string | null
      data: {
        /**
         * Format: date-time
         * @description UTC, our clock, with milliseconds
         */
        lastSeen: string
        silentHours: number
      }
    }
    /**
     * @description The last position of the device changed; at most once per device and batch window, while someone listens
     * @example {
     *       "id": "9170000000:device.moved",
     *       "type": "device.moved",
     *       "version": 1,
     *       "time": "2026-01-31T08:00:01.250Z",
     *       "recordedAt": "2026-01-31T08:00:01.250Z",
     *       "deviceId": "9170000000",
     *       "data": {
     *         "fixTime": "2026-01-31T08:00:00.000Z",
     *         "receivedAt": "2026-01-31T08:00:01.250Z",
     *         "latitude": 52.52,
     *         "longitude": 13.405,
     *         "speedKmh": 47.3,
     *         "course": 133
     *       }
     *     }
     */
    DeviceMovedEvent: {
      /** @description An event may be repeated with the same id: drop repeats */
      id: string
      /**
       * @description discriminator enum property added by openapi-typescript
       * @enum {string}
       */
      type: 'device.moved'
      /** @description Version of `data`: a higher version may lack fields; fields may be added without a new version */
      version: number
      /**
       * Format: date-time
       * @description When it happened
       */
      time: string
      /**
       * Format: date-time
       * @description When it was stored
       */
      recordedAt: string
      deviceId: string | null
      data: {
        /**
         * Format: date-time
         * @description UTC, the device's clock
         */
        fixTime: string
        /**
         * Format: date-time
         * @description UTC, our clock, with milliseconds
         */
        receivedAt: string
        latitude: number
        longitude: number
        speedKmh: number | null
        course: number | null
      }
    }
    /**
     * @description Two fixes in a row are more than 200 m from where the device is parked, with its ignition off; once until it is parked again
     * @example {
     *       "id": "9170000000:device.moved-parked",
     *       "type": "device.moved-parked",
     *       "version": 1,
     *       "time": "2026-01-31T08:00:01.250Z",
     *       "recordedAt": "2026-01-31T08:00:01.250Z",
     *       "deviceId": "9170000000",
     *       "data": {
     *         "since": "2026-01-30T20:00:00.000Z",
     *         "parkedLatitude": 52.52,
     *         "parkedLongitude": 13.405,
     *         "meters": 412,
     *         "fixTime": "2026-01-31T08:00:00.000Z",
     *         "receivedAt": "2026-01-31T08:00:01.250Z",
     *         "late": false,
     *         "latitude": 52.5237,
     *         "longitude": 13.405
     *       }
     *     }
     */
    DeviceMovedParkedEvent: {
      /** @description An event may be repeated with the same id: drop repeats */
      id: string
      /**
       * @description discriminator enum property added by openapi-typescript
       * @enum {string}
       */
      type: 'device.moved-parked'
      /** @description Version of `data`: a higher version may lack fields; fields may be added without a new version */
      version: number
      /**
       * Format: date-time
       * @description When it happened
       */
      time: string
      /**
       * Format: date-time
       * @description When it was stored
       */
      recordedAt: string
      deviceId: string | null
      data: {
        /**
         * Format: date-time
         * @description Since when it was parked
         */
        since: string
        /** @description Latitude of the position where it was parked */
        parkedLatitude: number
        parkedLongitude: number
        /** @description Distance from the parked position, meters */
        meters: number
        /**
         * Format: date-time
         * @description UTC, the device's clock
         */
        fixTime: string
        /**
         * Format: date-time
         * @description UTC, our clock, with milliseconds
         */
        receivedAt: string
        /** @description It describes the past: the tracker had kept it */
        late: boolean
        latitude: number
        longitude: number
      }
    }
    /**
     * @description Two connections claim to be the device
     * @example {
     *       "id": "9170000000:device.contested",
     *       "type": "device.contested",
     *       "version": 1,
     *       "time": "2026-01-31T08:00:01.250Z",
     *       "recordedAt": "2026-01-31T08:00:01.250Z",
     *       "deviceId": "9170000000",
     *       "data": {
     *         "ownerAddress": "203.0.113.1",
     *         "otherAddress": "203.0.113.2",
     *         "until": "2026-01-31T08:30:00.000Z"
     *       }
     *     }
     */
    DeviceContestedEvent: {
      /** @description An event may be repeated with the same id: drop repeats */
      id: string
      /**
       * @description discriminator enum property added by openapi-typescript
       * @enum {string}
       */
      type: 'device.contested'
      /** @description Version of `data`: a higher version may lack fields; fields may be added without a new version */
      version: number
      /**
       * Format: date-time
       * @description When it happened
       */
      time: string
      /**
       * Format: date-time
       * @description When it was stored
       */
      recordedAt: string
      deviceId: string | null
      data: {
        ownerAddress: string | null
        otherAddress: string
        /**
         * Format: date-time
         * @description UTC, our clock, with milliseconds
         */
        until: string
      }
    }
    /**
     * @description A connection used the id of the device from a network that its `sources` do not allow
     * @example {
     *       "id": "9170000000:device.source-refused",
     *       "type": "device.source-refused",
     *       "version": 1,
     *       "time": "2026-01-31T08:00:01.250Z",
     *       "recordedAt": "2026-01-31T08:00:01.250Z",
     *       "deviceId": "9170000000",
     *       "data": {
     *         "remoteAddress": "203.0.113.2"
     *       }
     *     }
     */
    DeviceSourceRefusedEvent: {
      /** @description An event may be repeated with the same id: drop repeats */
      id: string
      /**
       * @description discriminator enum property added by openapi-typescript
       * @enum {string}
       */
      type: 'device.source-refused'
      /** @description Version of `data`: a higher version may lack fields; fields may be added without a new version */
      version: number
      /**
       * Format: date-time
       * @description When it happened
       */
      time: string
      /**
       * Format: date-time
       * @description When it was stored
       */
      recordedAt: string
      deviceId: string | null
      data: {
        remoteAddress: string
      }
    }
    /**
     * @description The device sent more than a tracker sends in a day; what it sends is not stored for the rest of it
     * @example {
     *       "id": "9170000000:device.daily-limit",
     *       "type": "device.daily-limit",
     *       "version": 1,
     *       "time": "2026-01-31T08:00:01.250Z",
     *       "recordedAt": "2026-01-31T08:00:01.250Z",
     *       "deviceId": "9170000000",
     *       "data": {}
     *     }
     */
    DeviceDailyLimitEvent: {
      /** @description An event may be repeated with the same id: drop repeats */
      id: string
      /**
       * @description discriminator enum property added by openapi-typescript
       * @enum {string}
       */
      type: 'device.daily-limit'
      /** @description Version of `data`: a higher version may lack fields; fields may be added without a new version */
      version: number
      /**
       * Format: date-time
       * @description When it happened
       */
      time: string
      /**
       * Format: date-time
       * @description When it was stored
       */
      recordedAt: string
      deviceId: string | null
      data: Record<string, never>
    }
    /**
     * @description An alarm began, or is known to have begun (`late`)
     * @example {
     *       "id": "9170000000:alarm.raised",
     *       "type": "alarm.raised",
     *       "version": 1,
     *       "time": "2026-01-31T08:00:01.250Z",
     *       "recordedAt": "2026-01-31T08:00:01.250Z",
     *       "deviceId": "9170000000",
     *       "data": {
     *         "alarm": "sos",
     *         "bit": 1,
     *         "receivedAt": "2026-01-31T08:00:01.250Z",
     *         "fixTime": "2026-01-31T08:00:00.000Z",
     *         "late": false,
     *         "latitude": 52.52,
     *         "longitude": 13.405
     *       }
     *     }
     */
    AlarmRaisedEvent: {
      /** @description An event may be repeated with the same id: drop repeats */
      id: string
      /**
       * @description discriminator enum property added by openapi-typescript
       * @enum {string}
       */
      type: 'alarm.raised'
      /** @description Version of `data`: a higher version may lack fields; fields may be added without a new version */
      version: number
      /**
       * Format: date-time
       * @description When it happened
       */
      time: string
      /**
       * Format: date-time
       * @description When it was stored
       */
      recordedAt: string
      deviceId: string | null
      data: {
        /** @description Name of the alarm; if vendors differ, it depends on the model */
        alarm: string
        /** @description Bit of the status word; null: a text reported the alarm */
        bit: number | null
        /**
         * Format: date-time
         * @description UTC, our clock, with milliseconds
         */
        receivedAt: string
        /**
         * Format: date-time
         * @description UTC, the device's clock
         */
        fixTime: string | null
        /** @description It describes the past: the tracker had kept it */
        late: boolean
        latitude: number | null
        longitude: number | null
      }
    }
    /**
     * @description An alarm ended
     * @example {
     *       "id": "9170000000:alarm.cleared",
     *       "type": "alarm.cleared",
     *       "version": 1,
     *       "time": "2026-01-31T08:00:01.250Z",
     *       "recordedAt": "2026-01-31T08:00:01.250Z",
     *       "deviceId": "9170000000",
     *       "data": {
     *         "alarm": "sos",
     *         "bit": 1,
     *         "receivedAt": "2026-01-31T08:00:01.250Z",
     *         "fixTime": "2026-01-31T08:00:00.000Z",
     *         "late": false,
     *         "latitude": 52.52,
     *         "longitude": 13.405
     *       }
     *     }
     */
    AlarmClearedEvent: {
      /** @description An event may be repeated with the same id: drop repeats */
      id: string
      /**
       * @description discriminator enum property added by openapi-typescript
       * @enum {string}
       */
      type: 'alarm.cleared'
      /** @description Version of `data`: a higher version may lack fields; fields may be added without a new version */
      version: number
      /**
       * Format: date-time
       * @description When it happened
       */
      time: string
      /**
       * Format: date-time
       * @description When it was stored
       */
      recordedAt: string
      deviceId: string | null
      data: {
        /** @description Name of the alarm; if vendors differ, it depends on the model */
        alarm: string
        /** @description Bit of the status word; null: a text reported the alarm */
        bit: number | null
        /**
         * Format: date-time
         * @description UTC, our clock, with milliseconds
         */
        receivedAt: string
        /**
         * Format: date-time
         * @description UTC, the device's clock
         */
        fixTime: string | null
        /** @description It describes the past: the tracker had kept it */
        late: boolean
        latitude: number | null
        longitude: number | null
      }
    }
    /**
     * @description The device entered a place, at the time of its fix
     * @example {
     *       "id": "9170000000:place.entered",
     *       "type": "place.entered",
     *       "version": 1,
     *       "time": "2026-01-31T08:00:01.250Z",
     *       "recordedAt": "2026-01-31T08:00:01.250Z",
     *       "deviceId": "9170000000",
     *       "data": {
     *         "placeId": "pl_4f1d2c3b4a59",
     *         "name": "Depot",
     *         "fixTime": "2026-01-31T08:00:00.000Z",
     *         "receivedAt": "2026-01-31T08:00:01.250Z",
     *         "late": false,
     *         "latitude": 52.52,
     *         "longitude": 13.405
     *       }
     *     }
     */
    PlaceEnteredEvent: {
      /** @description An event may be repeated with the same id: drop repeats */
      id: string
      /**
       * @description discriminator enum property added by openapi-typescript
       * @enum {string}
       */
      type: 'place.entered'
      /** @description Version of `data`: a higher version may lack fields; fields may be added without a new version */
      version: number
      /**
       * Format: date-time
       * @description When it happened
       */
      time: string
      /**
       * Format: date-time
       * @description When it was stored
       */
      recordedAt: string
      deviceId: string | null
      data: {
        placeId: string
        name: string
        /**
         * Format: date-time
         * @description The first fix that shows it
         */
        fixTime: string
        /**
         * Format: date-time
         * @description UTC, our clock, with milliseconds
         */
        receivedAt: string
        /** @description It describes the past: the tracker had kept it */
        late: boolean
        /** @description Latitude of that fix; null: only its time is known */
        latitude: number | null
        longitude: number | null
      }
    }
    /**
     * @description The device left a place, at the time of its fix
     * @example {
     *       "id": "9170000000:place.left",
     *       "type": "place.left",
     *       "version": 1,
     *       "time": "2026-01-31T08:00:01.250Z",
     *       "recordedAt": "2026-01-31T08:00:01.250Z",
     *       "deviceId": "9170000000",
     *       "data": {
     *         "placeId": "pl_4f1d2c3b4a59",
     *         "name": "Depot",
     *         "fixTime": "2026-01-31T08:00:00.000Z",
     *         "receivedAt": "2026-01-31T08:00:01.250Z",
     *         "late": false,
     *         "latitude": 52.52,
     *         "longitude": 13.405
     *       }
     *     }
     */
    PlaceLeftEvent: {
      /** @description An event may be repeated with the same id: drop repeats */
      id: string
      /**
       * @description discriminator enum property added by openapi-typescript
       * @enum {string}
       */
      type: 'place.left'
      /** @description Version of `data`: a higher version may lack fields; fields may be added without a new version */
      version: number
      /**
       * Format: date-time
       * @description When it happened
       */
      time: string
      /**
       * Format: date-time
       * @description When it was stored
       */
      recordedAt: string
      deviceId: string | null
      data: {
        placeId: string
        name: string
        /**
         * Format: date-time
         * @description The first fix that shows it
         */
        fixTime: string
        /**
         * Format: date-time
         * @description UTC, our clock, with milliseconds
         */
        receivedAt: string
        /** @description It describes the past: the tracker had kept it */
        late: boolean
        /** @description Latitude of that fix; null: only its time is known */
        latitude: number | null
        longitude: number | null
      }
    }
    /**
     * @description The device has been in a place for its `stayMinutes`; once per visit
     * @example {
     *       "id": "9170000000:place.stayed",
     *       "type": "place.stayed",
     *       "version": 1,
     *       "time": "2026-01-31T08:00:01.250Z",
     *       "recordedAt": "2026-01-31T08:00:01.250Z",
     *       "deviceId": "9170000000",
     *       "data": {
     *         "placeId": "pl_4f1d2c3b4a59",
     *         "name": "Depot",
     *         "fixTime": "2026-01-31T08:00:00.000Z",
     *         "receivedAt": "2026-01-31T08:00:01.250Z",
     *         "late": false,
     *         "latitude": 52.52,
     *         "longitude": 13.405,
     *         "minutes": 30
     *       }
     *     }
     */
    PlaceStayedEvent: {
      /** @description An event may be repeated with the same id: drop repeats */
      id: string
      /**
       * @description discriminator enum property added by openapi-typescript
       * @enum {string}
       */
      type: 'place.stayed'
      /** @description Version of `data`: a higher version may lack fields; fields may be added without a new version */
      version: number
      /**
       * Format: date-time
       * @description When it happened
       */
      time: string
      /**
       * Format: date-time
       * @description When it was stored
       */
      recordedAt: string
      deviceId: string | null
      data: {
        placeId: string
        name: string
        /**
         * Format: date-time
         * @description The first fix that shows it
         */
        fixTime: string
        /**
         * Format: date-time
         * @description UTC, our clock, with milliseconds
         */
        receivedAt: string
        /** @description It describes the past: the tracker had kept it */
        late: boolean
        /** @description Latitude of that fix; null: only its time is known */
        latitude: number | null
        longitude: number | null
        /** @description Minutes that it has been inside */
        minutes: number
      }
    }
    /**
     * @description Two fixes in a row are over the speed limit of the device
     * @example {
     *       "id": "9170000000:speed.exceeded",
     *       "type": "speed.exceeded",
     *       "version": 1,
     *       "time": "2026-01-31T08:00:01.250Z",
     *       "recordedAt": "2026-01-31T08:00:01.250Z",
     *       "deviceId": "9170000000",
     *       "data": {
     *         "limitKmh": 80,
     *         "speedKmh": 93.5,
     *         "topSpeedKmh": 93.5,
     *         "since": "2026-01-31T07:59:40.000Z",
     *         "fixTime": "2026-01-31T08:00:00.000Z",
     *         "receivedAt": "2026-01-31T08:00:01.250Z",
     *         "late": false,
     *         "latitude": 52.52,
     *         "longitude": 13.405
     *       }
     *     }
     */
    SpeedExceededEvent: {
      /** @description An event may be repeated with the same id: drop repeats */
      id: string
      /**
       * @description discriminator enum property added by openapi-typescript
       * @enum {string}
       */
      type: 'speed.exceeded'
      /** @description Version of `data`: a higher version may lack fields; fields may be added without a new version */
      version: number
      /**
       * Format: date-time
       * @description When it happened
       */
      time: string
      /**
       * Format: date-time
       * @description When it was stored
       */
      recordedAt: string
      deviceId: string | null
      data: {
        limitKmh: number
        speedKmh: number
        /** @description The highest since the limit was exceeded */
        topSpeedKmh: number
        /**
         * Format: date-time
         * @description The first fix over the limit
         */
        since: string
        /**
         * Format: date-time
         * @description UTC, the device's clock
         */
        fixTime: string
        /**
         * Format: date-time
         * @description UTC, our clock, with milliseconds
         */
        receivedAt: string
        /** @description It describes the past: the tracker had kept it */
        late: boolean
        latitude: number
        longitude: number
      }
    }
    /**
     * @description Two fixes in a row are within the speed limit of the device again
     * @example {
     *       "id": "9170000000:speed.ok-again",
     *       "type": "speed.ok-again",
     *       "version": 1,
     *       "time": "2026-01-31T08:00:01.250Z",
     *       "recordedAt": "2026-01-31T08:00:01.250Z",
     *       "deviceId": "9170000000",
     *       "data": {
     *         "limitKmh": 80,
     *         "speedKmh": 61,
     *         "topSpeedKmh": 93.5,
     *         "since": "2026-01-31T07:59:40.000Z",
     *         "fixTime": "2026-01-31T08:00:00.000Z",
     *         "receivedAt": "2026-01-31T08:00:01.250Z",
     *         "late": false,
     *         "latitude": 52.52,
     *         "longitude": 13.405
     *       }
     *     }
     */
    SpeedOkAgainEvent: {
      /** @description An event may be repeated with the same id: drop repeats */
      id: string
      /**
       * @description discriminator enum property added by openapi-typescript
       * @enum {string}
       */
      type: 'speed.ok-again'
      /** @description Version of `data`: a higher version may lack fields; fields may be added without a new version */
      version: number
      /**
       * Format: date-time
       * @description When it happened
       */
      time: string
      /**
       * Format: date-time
       * @description When it was stored
       */
      recordedAt: string
      deviceId: string | null
      data: {
        limitKmh: number
        speedKmh: number
        /** @description The highest since the limit was exceeded */
        topSpeedKmh: number
        /**
         * Format: date-time
         * @description The first fix over the limit
         */
        since: string
        /**
         * Format: date-time
         * @description UTC, the device's clock
         */
        fixTime: string
        /**
         * Format: date-time
         * @description UTC, our clock, with milliseconds
         */
        receivedAt: string
        /** @description It describes the past: the tracker had kept it */
        late: boolean
        latitude: number
        longitude: number
      }
    }
    /**
     * @description A command has its verdict
     * @example {
     *       "id": "9170000000:command.concluded",
     *       "type": "command.concluded",
     *       "version": 1,
     *       "time": "2026-01-31T08:00:01.250Z",
     *       "recordedAt": "2026-01-31T08:00:01.250Z",
     *       "deviceId": "9170000000",
     *       "data": {
     *         "commandId": "0mjv1x2k9a7f3e1c",
     *         "intent": "interval-on",
     *         "danger": "harmless",
     *         "probeId": null,
     *         "campaignId": null,
     *         "model": "ST-906L",
     *         "firmware": null,
     *         "dialect": "text",
     *         "attempts": 1,
     *         "verdict": "confirmed",
     *         "likely": false,
     *         "already": false,
     *         "late": false,
     *         "ambiguous": false,
     *         "effectPending": false,
     *         "ok": true,
     *         "reason": null,
     *         "corrected": false,
     *         "metadata": {
     *           "order": "4711"
     *         },
     *         "createdAt": "2026-01-31T07:59:00.000Z",
     *         "concludedAt": "2026-01-31T08:00:01.250Z"
     *       }
     *     }
     */
    CommandConcludedEvent: {
      /** @description An event may be repeated with the same id: drop repeats */
      id: string
      /**
       * @description discriminator enum property added by openapi-typescript
       * @enum {string}
       */
      type: 'command.concluded'
      /** @description Version of `data`: a higher version may lack fields; fields may be added without a new version */
      version: number
      /**
       * Format: date-time
       * @description When it happened
       */
      time: string
      /**
       * Format: date-time
       * @description When it was stored
       */
      recordedAt: string
      deviceId: string | null
      data: {
        commandId: string
        intent: string
        /** @enum {string} */
        danger: 'harmless' | 'sensitive' | 'disruptive' | 'dangerous'
        probeId: string | null
        campaignId: string | null
        model: string | null
        firmware: string | null
        /** @enum {string|null} */
        dialect: 'text' | 'h02' | null
        attempts: number
        /** @enum {string} */
        verdict:
          | 'undelivered'
          | 'rejected'
          | 'contradicted'
          | 'confirmed'
          | 'unconfirmed'
          | 'answered'
          | 'unknown'
          | 'unanswered'
        likely: boolean
        already: boolean
        late: boolean
        ambiguous: boolean
        /** @description The effect is still watched and may correct the verdict */
        effectPending: boolean
        ok: boolean | null
        reason: string | null
        corrected: boolean
        metadata: {
          [key: string]: string
        } | null
        /**
         * Format: date-time
         * @description UTC, our clock, with milliseconds
         */
        createdAt: string
        /**
         * Format: date-time
         * @description UTC, our clock, with milliseconds
         */
        concludedAt: string
      }
    }
    /**
     * @description A late reply or effect replaced the verdict of a command
     * @example {
     *       "id": "9170000000:command.corrected",
     *       "type": "command.corrected",
     *       "version": 1,
     *       "time": "2026-01-31T08:00:01.250Z",
     *       "recordedAt": "2026-01-31T08:00:01.250Z",
     *       "deviceId": "9170000000",
     *       "data": {
     *         "commandId": "0mjv1x2k9a7f3e1c",
     *         "intent": "interval-on",
     *         "danger": "harmless",
     *         "probeId": null,
     *         "campaignId": null,
     *         "model": "ST-906L",
     *         "firmware": null,
     *         "dialect": "text",
     *         "attempts": 1,
     *         "verdict": "confirmed",
     *         "likely": false,
     *         "already": false,
     *         "late": false,
     *         "ambiguous": false,
     *         "effectPending": false,
     *         "ok": true,
     *         "reason": null,
     *         "corrected": true,
     *         "metadata": {
     *           "order": "4711"
     *         },
     *         "createdAt": "2026-01-31T07:59:00.000Z",
     *         "concludedAt": "2026-01-31T08:00:01.250Z"
     *       }
     *     }
     */
    CommandCorrectedEvent: {
      /** @description An event may be repeated with the same id: drop repeats */
      id: string
      /**
       * @description discriminator enum property added by openapi-typescript
       * @enum {string}
       */
      type: 'command.corrected'
      /** @description Version of `data`: a higher version may lack fields; fields may be added without a new version */
      version: number
      /**
       * Format: date-time
       * @description When it happened
       */
      time: string
      /**
       * Format: date-time
       * @description When it was stored
       */
      recordedAt: string
      deviceId: string | null
      data: {
        commandId: string
        intent: string
        /** @enum {string} */
        danger: 'harmless' | 'sensitive' | 'disruptive' | 'dangerous'
        probeId: string | null
        campaignId: string | null
        model: string | null
        firmware: string | null
        /** @enum {string|null} */
        dialect: 'text' | 'h02' | null
        attempts: number
        /** @enum {string} */
        verdict:
          | 'undelivered'
          | 'rejected'
          | 'contradicted'
          | 'confirmed'
          | 'unconfirmed'
          | 'answered'
          | 'unknown'
          | 'unanswered'
        likely: boolean
        already: boolean
        late: boolean
        ambiguous: boolean
        /** @description The effect is still watched and may correct the verdict */
        effectPending: boolean
        ok: boolean | null
        reason: string | null
        corrected: boolean
        metadata: {
          [key: string]: string
        } | null
        /**
         * Format: date-time
         * @description UTC, our clock, with milliseconds
         */
        createdAt: string
        /**
         * Format: date-time
         * @description UTC, our clock, with milliseconds
         */
        concludedAt: string
      }
    }
    /**
     * @description An id connected that is not registered; the first time in a month, at most 60 an hour for each gateway task
     * @example {
     *       "id": "9170000000:unknown-device.seen",
     *       "type": "unknown-device.seen",
     *       "version": 1,
     *       "time": "2026-01-31T08:00:01.250Z",
     *       "recordedAt": "2026-01-31T08:00:01.250Z",
     *       "deviceId": "9170000000",
     *       "data": {
     *         "remoteAddress": "203.0.113.1",
     *         "sampleType": "V1"
     *       }
     *     }
     */
    UnknownDeviceSeenEvent: {
      /** @description An event may be repeated with the same id: drop repeats */
      id: string
      /**
       * @description discriminator enum property added by openapi-typescript
       * @enum {string}
       */
      type: 'unknown-device.seen'
      /** @description Version of `data`: a higher version may lack fields; fields may be added without a new version */
      version: number
      /**
       * Format: date-time
       * @description When it happened
       */
      time: string
      /**
       * Format: date-time
       * @description When it was stored
       */
      recordedAt: string
      deviceId: string | null
      data: {
        remoteAddress: string
        sampleType: string | null
      }
    }
    /**
     * @description Notifications to people about the device were held back by their limits; one summary follows
     * @example {
     *       "id": "9170000000:notifications.held-back",
     *       "type": "notifications.held-back",
     *       "version": 1,
     *       "time": "2026-01-31T08:00:01.250Z",
     *       "recordedAt": "2026-01-31T08:00:01.250Z",
     *       "deviceId": "9170000000",
     *       "data": {
     *         "scope": "9170000000"
     *       }
     *     }
     */
    NotificationsHeldBackEvent: {
      /** @description An event may be repeated with the same id: drop repeats */
      id: string
      /**
       * @description discriminator enum property added by openapi-typescript
       * @enum {string}
       */
      type: 'notifications.held-back'
      /** @description Version of `data`: a higher version may lack fields; fields may be added without a new version */
      version: number
      /**
       * Format: date-time
       * @description When it happened
       */
      time: string
      /**
       * Format: date-time
       * @description When it was stored
       */
      recordedAt: string
      deviceId: string | null
      data: {
        /** @description A device id, or the name of another limit */
        scope: string
      }
    }
    /**
     * @description A desired setting was sent three times, and the device does not keep it
     * @example {
     *       "id": "9170000000:setting.not-kept",
     *       "type": "setting.not-kept",
     *       "version": 1,
     *       "time": "2026-01-31T08:00:01.250Z",
     *       "recordedAt": "2026-01-31T08:00:01.250Z",
     *       "deviceId": "9170000000",
     *       "data": {
     *         "setting": "intervalOnSeconds",
     *         "desired": 20,
     *         "reported": 30,
     *         "tries": 3
     *       }
     *     }
     */
    SettingNotKeptEvent: {
      /** @description An event may be repeated with the same id: drop repeats */
      id: string
      /**
       * @description discriminator enum property added by openapi-typescript
       * @enum {string}
       */
      type: 'setting.not-kept'
      /** @description Version of `data`: a higher version may lack fields; fields may be added without a new version */
      version: number
      /**
       * Format: date-time
       * @description When it happened
       */
      time: string
      /**
       * Format: date-time
       * @description When it was stored
       */
      recordedAt: string
      deviceId: string | null
      data: {
        /** @enum {string} */
        setting:
          | 'intervalOnSeconds'
          | 'intervalOffSeconds'
          | 'overspeedKmh'
          | 'timeZone'
          | 'powerAlarmOn'
          | 'sleepOn'
        desired: string | number | boolean
        /** @description Null: the tracker does not report it */
        reported: string | number | boolean | null
        tries: number
      }
    }
    /**
     * @description A campaign began
     * @example {
     *       "id": "9170000000:campaign.started",
     *       "type": "campaign.started",
     *       "version": 1,
     *       "time": "2026-01-31T08:00:01.250Z",
     *       "recordedAt": "2026-01-31T08:00:01.250Z",
     *       "deviceId": null,
     *       "data": {
     *         "campaignId": "0mjv1x2k9a7f3e1c",
     *         "name": "Report every 20 s",
     *         "intent": "interval-on",
     *         "danger": "harmless",
     *         "reason": null,
     *         "devices": 400,
     *         "pending": 3,
     *         "outcomes": {
     *           "confirmed": 96,
     *           "skipped": 1
     *         },
     *         "createdBy": "admin",
     *         "createdAt": "2026-01-31T07:59:00.000Z"
     *       }
     *     }
     */
    CampaignStartedEvent: {
      /** @description An event may be repeated with the same id: drop repeats */
      id: string
      /**
       * @description discriminator enum property added by openapi-typescript
       * @enum {string}
       */
      type: 'campaign.started'
      /** @description Version of `data`: a higher version may lack fields; fields may be added without a new version */
      version: number
      /**
       * Format: date-time
       * @description When it happened
       */
      time: string
      /**
       * Format: date-time
       * @description When it was stored
       */
      recordedAt: string
      deviceId: string | null
      data: {
        campaignId: string
        name: string | null
        intent: string
        /** @enum {string} */
        danger: 'harmless' | 'sensitive' | 'disruptive' | 'dangerous'
        /** @description Why the campaign stopped itself */
        reason: {
          /** @enum {string} */
          outcome:
            'undelivered' | 'rejected' | 'contradicted' | 'unconfirmed' | 'unknown' | 'unanswered' | 'skipped'
          count: number
          of: number
          /** @description The limit of `stopWhen`; null: the device was part of the canary */
          limit: number | null
        } | null
        devices: number
        /** @description Devices whose command has no verdict yet */
        pending: number
        outcomes: {
          undelivered?: number
          rejected?: number
          contradicted?: number
          confirmed?: number
          unconfirmed?: number
          answered?: number
          unknown?: number
          unanswered?: number
          skipped?: number
        }
        createdBy: string
        /**
         * Format: date-time
         * @description UTC, our clock, with milliseconds
         */
        createdAt: string
      }
    }
    /**
     * @description Someone paused a campaign
     * @example {
     *       "id": "9170000000:campaign.paused",
     *       "type": "campaign.paused",
     *       "version": 1,
     *       "time": "2026-01-31T08:00:01.250Z",
     *       "recordedAt": "2026-01-31T08:00:01.250Z",
     *       "deviceId": null,
     *       "data": {
     *         "campaignId": "0mjv1x2k9a7f3e1c",
     *         "name": "Report every 20 s",
     *         "intent": "interval-on",
     *         "danger": "harmless",
     *         "reason": null,
     *         "devices": 400,
     *         "pending": 3,
     *         "outcomes": {
     *           "confirmed": 96,
     *           "skipped": 1
     *         },
     *         "createdBy": "admin",
     *         "createdAt": "2026-01-31T07:59:00.000Z"
     *       }
     *     }
     */
    CampaignPausedEvent: {
      /** @description An event may be repeated with the same id: drop repeats */
      id: string
      /**
       * @description discriminator enum property added by openapi-typescript
       * @enum {string}
       */
      type: 'campaign.paused'
      /** @description Version of `data`: a higher version may lack fields; fields may be added without a new version */
      version: number
      /**
       * Format: date-time
       * @description When it happened
       */
      time: string
      /**
       * Format: date-time
       * @description When it was stored
       */
      recordedAt: string
      deviceId: string | null
      data: {
        campaignId: string
        name: string | null
        intent: string
        /** @enum {string} */
        danger: 'harmless' | 'sensitive' | 'disruptive' | 'dangerous'
        /** @description Why the campaign stopped itself */
        reason: {
          /** @enum {string} */
          outcome:
            'undelivered' | 'rejected' | 'contradicted' | 'unconfirmed' | 'unknown' | 'unanswered' | 'skipped'
          count: number
          of: number
          /** @description The limit of `stopWhen`; null: the device was part of the canary */
          limit: number | null
        } | null
        devices: number
        /** @description Devices whose command has no verdict yet */
        pending: number
        outcomes: {
          undelivered?: number
          rejected?: number
          contradicted?: number
          confirmed?: number
          unconfirmed?: number
          answered?: number
          unknown?: number
          unanswered?: number
          skipped?: number
        }
        createdBy: string
        /**
         * Format: date-time
         * @description UTC, our clock, with milliseconds
         */
        createdAt: string
      }
    }
    /**
     * @description Someone resumed a paused campaign
     * @example {
     *       "id": "9170000000:campaign.resumed",
     *       "type": "campaign.resumed",
     *       "version": 1,
     *       "time": "2026-01-31T08:00:01.250Z",
     *       "recordedAt": "2026-01-31T08:00:01.250Z",
     *       "deviceId": null,
     *       "data": {
     *         "campaignId": "0mjv1x2k9a7f3e1c",
     *         "name": "Report every 20 s",
     *         "intent": "interval-on",
     *         "danger": "harmless",
     *         "reason": null,
     *         "devices": 400,
     *         "pending": 3,
     *         "outcomes": {
     *           "confirmed": 96,
     *           "skipped": 1
     *         },
     *         "createdBy": "admin",
     *         "createdAt": "2026-01-31T07:59:00.000Z"
     *       }
     *     }
     */
    CampaignResumedEvent: {
      /** @description An event may be repeated with the same id: drop repeats */
      id: string
      /**
       * @description discriminator enum property added by openapi-typescript
       * @enum {string}
       */
      type: 'campaign.resumed'
      /** @description Version of `data`: a higher version may lack fields; fields may be added without a new version */
      version: number
      /**
       * Format: date-time
       * @description When it happened
       */
      time: string
      /**
       * Format: date-time
       * @description When it was stored
       */
      recordedAt: string
      deviceId: string | null
      data: {
        campaignId: string
        name: string | null
        intent: string
        /** @enum {string} */
        danger: 'harmless' | 'sensitive' | 'disruptive' | 'dangerous'
        /** @description Why the campaign stopped itself */
        reason: {
          /** @enum {string} */
          outcome:
            'undelivered' | 'rejected' | 'contradicted' | 'unconfirmed' | 'unknown' | 'unanswered' | 'skipped'
          count: number
          of: number
          /** @description The limit of `stopWhen`; null: the device was part of the canary */
          limit: number | null
        } | null
        devices: number
        /** @description Devices whose command has no verdict yet */
        pending: number
        outcomes: {
          undelivered?: number
          rejected?: number
          contradicted?: number
          confirmed?: number
          unconfirmed?: number
          answered?: number
          unknown?: number
          unanswered?: number
          skipped?: number
        }
        createdBy: string
        /**
         * Format: date-time
         * @description UTC, our clock, with milliseconds
         */
        createdAt: string
      }
    }
    /**
     * @description A campaign stopped itself because of its conditions (`reason`)
     * @example {
     *       "id": "9170000000:campaign.stopped",
     *       "type": "campaign.stopped",
     *       "version": 1,
     *       "time": "2026-01-31T08:00:01.250Z",
     *       "recordedAt": "2026-01-31T08:00:01.250Z",
     *       "deviceId": null,
     *       "data": {
     *         "campaignId": "0mjv1x2k9a7f3e1c",
     *         "name": "Report every 20 s",
     *         "intent": "interval-on",
     *         "danger": "harmless",
     *         "reason": {
     *           "outcome": "unanswered",
     *           "count": 2,
     *           "of": 20,
     *           "limit": 0.1
     *         },
     *         "devices": 400,
     *         "pending": 3,
     *         "outcomes": {
     *           "confirmed": 96,
     *           "skipped": 1
     *         },
     *         "createdBy": "admin",
     *         "createdAt": "2026-01-31T07:59:00.000Z"
     *       }
     *     }
     */
    CampaignStoppedEvent: {
      /** @description An event may be repeated with the same id: drop repeats */
      id: string
      /**
       * @description discriminator enum property added by openapi-typescript
       * @enum {string}
       */
      type: 'campaign.stopped'
      /** @description Version of `data`: a higher version may lack fields; fields may be added without a new version */
      version: number
      /**
       * Format: date-time
       * @description When it happened
       */
      time: string
      /**
       * Format: date-time
       * @description When it was stored
       */
      recordedAt: string
      deviceId: string | null
      data: {
        campaignId: string
        name: string | null
        intent: string
        /** @enum {string} */
        danger: 'harmless' | 'sensitive' | 'disruptive' | 'dangerous'
        /** @description Why the campaign stopped itself */
        reason: {
          /** @enum {string} */
          outcome:
            'undelivered' | 'rejected' | 'contradicted' | 'unconfirmed' | 'unknown' | 'unanswered' | 'skipped'
          count: number
          of: number
          /** @description The limit of `stopWhen`; null: the device was part of the canary */
          limit: number | null
        } | null
        devices: number
        /** @description Devices whose command has no verdict yet */
        pending: number
        outcomes: {
          undelivered?: number
          rejected?: number
          contradicted?: number
          confirmed?: number
          unconfirmed?: number
          answered?: number
          unknown?: number
          unanswered?: number
          skipped?: number
        }
        createdBy: string
        /**
         * Format: date-time
         * @description UTC, our clock, with milliseconds
         */
        createdAt: string
      }
    }
    /**
     * @description Someone ended a campaign
     * @example {
     *       "id": "9170000000:campaign.cancelled",
     *       "type": "campaign.cancelled",
     *       "version": 1,
     *       "time": "2026-01-31T08:00:01.250Z",
     *       "recordedAt": "2026-01-31T08:00:01.250Z",
     *       "deviceId": null,
     *       "data": {
     *         "campaignId": "0mjv1x2k9a7f3e1c",
     *         "name": "Report every 20 s",
     *         "intent": "interval-on",
     *         "danger": "harmless",
     *         "reason": null,
     *         "devices": 400,
     *         "pending": 3,
     *         "outcomes": {
     *           "confirmed": 96,
     *           "skipped": 1
     *         },
     *         "createdBy": "admin",
     *         "createdAt": "2026-01-31T07:59:00.000Z"
     *       }
     *     }
     */
    CampaignCancelledEvent: {
      /** @description An event may be repeated with the same id: drop repeats */
      id: string
      /**
       * @description discriminator enum property added by openapi-typescript
       * @enum {string}
       */
      type: 'campaign.cancelled'
      /** @description Version of `data`: a higher version may lack fields; fields may be added without a new version */
      version: number
      /**
       * Format: date-time
       * @description When it happened
       */
      time: string
      /**
       * Format: date-time
       * @description When it was stored
       */
      recordedAt: string
      deviceId: string | null
      data: {
        campaignId: string
        name: string | null
        intent: string
        /** @enum {string} */
        danger: 'harmless' | 'sensitive' | 'disruptive' | 'dangerous'
        /** @description Why the campaign stopped itself */
        reason: {
          /** @enum {string} */
          outcome:
            'undelivered' | 'rejected' | 'contradicted' | 'unconfirmed' | 'unknown' | 'unanswered' | 'skipped'
          count: number
          of: number
          /** @description The limit of `stopWhen`; null: the device was part of the canary */
          limit: number | null
        } | null
        devices: number
        /** @description Devices whose command has no verdict yet */
        pending: number
        outcomes: {
          undelivered?: number
          rejected?: number
          contradicted?: number
          confirmed?: number
          unconfirmed?: number
          answered?: number
          unknown?: number
          unanswered?: number
          skipped?: number
        }
        createdBy: string
        /**
         * Format: date-time
         * @description UTC, our clock, with milliseconds
         */
        createdAt: string
      }
    }
    /**
     * @description All devices of a campaign are concluded
     * @example {
     *       "id": "9170000000:campaign.finished",
     *       "type": "campaign.finished",
     *       "version": 1,
     *       "time": "2026-01-31T08:00:01.250Z",
     *       "recordedAt": "2026-01-31T08:00:01.250Z",
     *       "deviceId": null,
     *       "data": {
     *         "campaignId": "0mjv1x2k9a7f3e1c",
     *         "name": "Report every 20 s",
     *         "intent": "interval-on",
     *         "danger": "harmless",
     *         "reason": null,
     *         "devices": 400,
     *         "pending": 3,
     *         "outcomes": {
     *           "confirmed": 96,
     *           "skipped": 1
     *         },
     *         "createdBy": "admin",
     *         "createdAt": "2026-01-31T07:59:00.000Z"
     *       }
     *     }
     */
    CampaignFinishedEvent: {
      /** @description An event may be repeated with the same id: drop repeats */
      id: string
      /**
       * @description discriminator enum property added by openapi-typescript
       * @enum {string}
       */
      type: 'campaign.finished'
      /** @description Version of `data`: a higher version may lack fields; fields may be added without a new version */
      version: number
      /**
       * Format: date-time
       * @description When it happened
       */
      time: string
      /**
       * Format: date-time
       * @description When it was stored
       */
      recordedAt: string
      deviceId: string | null
      data: {
        campaignId: string
        name: string | null
        intent: string
        /** @enum {string} */
        danger: 'harmless' | 'sensitive' | 'disruptive' | 'dangerous'
        /** @description Why the campaign stopped itself */
        reason: {
          /** @enum {string} */
          outcome:
            'undelivered' | 'rejected' | 'contradicted' | 'unconfirmed' | 'unknown' | 'unanswered' | 'skipped'
          count: number
          of: number
          /** @description The limit of `stopWhen`; null: the device was part of the canary */
          limit: number | null
        } | null
        devices: number
        /** @description Devices whose command has no verdict yet */
        pending: number
        outcomes: {
          undelivered?: number
          rejected?: number
          contradicted?: number
          confirmed?: number
          unconfirmed?: number
          answered?: number
          unknown?: number
          unanswered?: number
          skipped?: number
        }
        createdBy: string
        /**
         * Format: date-time
         * @description UTC, our clock, with milliseconds
         */
        createdAt: string
      }
    }
    /**
     * @description Deliveries to a webhook failed for so long that it is disabled until someone enables it
     * @example {
     *       "id": "9170000000:webhook.disabled",
     *       "type": "webhook.disabled",
     *       "version": 1,
     *       "time": "2026-01-31T08:00:01.250Z",
     *       "recordedAt": "2026-01-31T08:00:01.250Z",
     *       "deviceId": null,
     *       "data": {
     *         "webhookId": "wh_4f1d2c3b4a59",
     *         "reason": "HTTP 500",
     *         "failingSince": "2026-01-30T08:00:00.000Z"
     *       }
     *     }
     */
    WebhookDisabledEvent: {
      /** @description An event may be repeated with the same id: drop repeats */
      id: string
      /**
       * @description discriminator enum property added by openapi-typescript
       * @enum {string}
       */
      type: 'webhook.disabled'
      /** @description Version of `data`: a higher version may lack fields; fields may be added without a new version */
      version: number
      /**
       * Format: date-time
       * @description When it happened
       */
      time: string
      /**
       * Format: date-time
       * @description When it was stored
       */
      recordedAt: string
      deviceId: string | null
      data: {
        webhookId: string
        reason: string
        /**
         * Format: date-time
         * @description UTC, our clock, with milliseconds
         */
        failingSince: string | null
      }
    }
    NewDevice: {
      /**
       * @description The id that the tracker sends: 1 to 15 digits
       * @example 9170000000
       */
      deviceId: string
      name?: string | null
      model?: string | null
      /**
       * @description How frames are acknowledged: by the type of the frame (auto), always in one form, or never
       * @enum {string|null}
       */
      ackPolicy?: 'auto' | 'R12' | 'V4' | 'none' | null
      /** @description The tracker's own password, for text commands. Answers hold it only for scope secrets */
      password?: string | null
      sources?: string[] | null
      relay?: components['schemas']['NewRelay'] | null
      /** @description The server that it reported to before; stored so that it can be sent back */
      cameFrom?: {
        /**
         * @description Name or IPv4 address
         * @example gps.example.com
         */
        host: string
        /** @example 5013 */
        port: number
      } | null
      /**
       * @description Speed limit in km/h: two fixes in a row above it publish `speed.exceeded`, two within it `speed.ok-again`; null: none
       * @example 80
       */
      speedLimitKmh?: number | null
      /**
       * @description Labels to set. Labels that are left out stay unchanged; null removes a label. Names that differ in case are different names. At most 20 a device
       * @example {
       *       "fleet": "north",
       *       "acme.example/contract": "4711"
       *     }
       */
      labels?: {
        [key: string]: string | null
      }
      overrides?: {
        /**
         * @description How the ignition wire is connected. normal: the tracker reports the ignition as it is; inverted: the wrong way around; none: not connected, so the ignition is unknown (null) and `device.moved-parked` is never published
         * @enum {string}
         */
        ignitionWiring?: 'normal' | 'inverted' | 'none'
        /**
         * @deprecated
         * @description The former form of `ignitionWiring`: true is inverted, false is normal in requests, and not inverted in answers. A request may contain both if they agree
         */
        ignitionInverted?: boolean
        /**
         * @description Minutes that the tracker's clock is ahead of UTC; 0: it shows UTC. It applies to new frames, and to stored history when it is read
         * @example 480
         */
        utcOffsetMinutes?: number
      }
    }
    /** @description Another server that gets a copy of everything the device sends, as the old platform of its vendor. What it sends is recorded as frames with direction upstream */
    NewRelay: {
      /**
       * @description Host name or public address of the other server, which may not be this gateway
       * @example gps.example.com
       */
      host: string
      /** @example 8090 */
      port: number
      /**
       * @description What of that server reaches the tracker. drop: nothing; harmless: commands that the catalogue knows as harmless; all: other commands too, but never an engine cut, nor bytes that could complete one. Acknowledgements never do: ours count
       * @default drop
       * @enum {string}
       */
      replies?: 'drop' | 'harmless' | 'all'
    }
    Problem: {
      /** @enum {string} */
      type:
        | 'urn:h02:problem:invalid-request'
        | 'urn:h02:problem:invalid-path'
        | 'urn:h02:problem:invalid-cursor'
        | 'urn:h02:problem:unauthorized'
        | 'urn:h02:problem:forbidden'
        | 'urn:h02:problem:engine-commands-off'
        | 'urn:h02:problem:relay-off'
        | 'urn:h02:problem:geocoder-off'
        | 'urn:h02:problem:not-found'
        | 'urn:h02:problem:method-not-allowed'
        | 'urn:h02:problem:not-acceptable'
        | 'urn:h02:problem:stream-unavailable'
        | 'urn:h02:problem:conflict'
        | 'urn:h02:problem:duplicate-command'
        | 'urn:h02:problem:queue-full'
        | 'urn:h02:problem:not-queued'
        | 'urn:h02:problem:device-offline'
        | 'urn:h02:problem:device-busy'
        | 'urn:h02:problem:device-contested'
        | 'urn:h02:problem:confirmation-gone'
        | 'urn:h02:problem:too-large'
        | 'urn:h02:problem:unsupported-media-type'
        | 'urn:h02:problem:too-many-devices'
        | 'urn:h02:problem:nothing-accepted'
        | 'urn:h02:problem:too-many-requests'
        | 'urn:h02:problem:unsafe-text'
        | 'urn:h02:problem:unsafe-bytes'
        | 'urn:h02:problem:confirm-required'
        | 'urn:h02:problem:idempotency-key-reused'
        | 'urn:h02:problem:internal'
      title: string
      status: number
      detail: string
      requestId: string
      errors?: {
        /** @enum {string} */
        in: 'path' | 'query' | 'header' | 'body'
        /** @description Parameter, or JSON pointer into the body */
        name: string
        /** @description What would be accepted instead */
        detail: string
      }[]
    } & {
      [key: string]: unknown
    }
    ConsoleConfig: {
      stage: string
      /** @description A MapLibre style, or an archive of tiles (.pmtiles); null: the console draws its own map */
      mapStyleUrl: string | null
      /** @description Whose addresses `/v1/geocode` has, to be shown beside them; null: this installation has no geocoder */
      geocoder: {
        text: string
        url: string
      } | null
      /** @description Sign-in by OpenID Connect; null: by API key only */
      oidc: {
        issuer: string
        clientId: string
        scope: string
        audience: string | null
      } | null
      /** @description Where the live view connects to; null: the page's own address */
      liveOrigin: string | null
      /** @description A device that has sent nothing for this many hours is silent */
      silentHours: number
      /** @description Whether the MQTT broker can be set at /local/mqtt; in embedded mode only */
      setsMqtt: boolean
      /** @description Whether a channel for notices may be an e-mail address; on AWS only */
      sendsMail: boolean
      /** @description Where trackers dial in: names and addresses that reach it from the internet (none: not known here), the port, and whether it is open to this machine only */
      trackers: {
        hosts: string[]
        port: number
        isLocal: boolean
      }
    }
    DevicePage: {
      items: components['schemas']['Device'][]
      nextCursor: string | null
      /** @description Path and query of the next page; null: this is the last page */
      next: string | null
    }
    Device: {
      deviceId: string
      name: string | null
      model: string | null
      /**
       * @description How frames are acknowledged: by the type of the frame (auto), always in one form, or never
       * @enum {string}
       */
      ackPolicy: 'auto' | 'R12' | 'V4' | 'none'
      /**
       * @description Labels of the device; lists filter by them with `labels=name=value`
       * @example {
       *       "fleet": "north",
       *       "acme.example/contract": "4711"
       *     }
       */
      labels: {
        [key: string]: string
      }
      overrides: components['schemas']['Overrides']
      /** @description Only for keys with scope secrets */
      password?: string | null
      /**
       * Format: date-time
       * @description UTC, our clock, with milliseconds
       */
      registeredAt: string
      /** @enum {string} */
      registeredBy: 'api' | 'open'
      /** @description The model that the tracker reported */
      seenModel: string | null
      /** @description The firmware that the tracker reported; a probe asks for it */
      firmware: string | null
      /** @description Whether it has a session on a gateway that is running */
      online: boolean
      session: components['schemas']['Session'] | null
      /**
       * Format: date-time
       * @description Two connections claim to be this device: until then dangerous commands are refused and effects confirm nothing
       */
      contestedUntil: string | null
      /**
       * @description Networks (CIDR, IPv4 and IPv6) that the device may connect from; null: any. Connections from elsewhere are refused
       * @example [
       *       "198.51.100.0/24",
       *       "2001:db8::/32"
       *     ]
       */
      sources: string[] | null
      relay: components['schemas']['Relay'] | null
      cameFrom: components['schemas']['CameFrom'] | null
      /**
       * @description Speed limit in km/h: two fixes in a row above it publish `speed.exceeded`, two within it `speed.ok-again`; null: none
       * @example 80
       */
      speedLimitKmh: number | null
      commands: components['schemas']['CommandSummaryOfDevice']
      /**
       * Format: date-time
       * @description UTC, our clock, with milliseconds
       */
      lastSeen: string | null
      /** @description Type of the newest frame */
      lastType: string | null
      lastPosition: components['schemas']['LastPosition'] | null
      batteryPercent: number | null
      voltage: number | null
      gsm: number | null
      satellites: number | null
      ignitionOn: boolean | null
      status: {
        /** @description As sent, 8 hex digits */
        word: string
        /** @description Names of the bits that are 0: those whose condition holds */
        clear: string[]
      } | null
      alarms: string[]
      iccid: string | null
      /** @description Places that the device is in, as its newest fix shows it; at most 8 */
      places: {
        placeId: string
        name: string
        /**
         * Format: date-time
         * @description The first fix inside
         */
        since: string
      }[]
      /** @description The tracker's clock has been off by a whole time zone for 10 frames and 10 minutes: the value of `overrides.utcOffsetMinutes` that would correct it. Null: it seems right */
      suggestedUtcOffsetMinutes: number | null
    }
    Overrides: {
      /**
       * @description How the ignition wire is connected. normal: the tracker reports the ignition as it is; inverted: the wrong way around; none: not connected, so the ignition is unknown (null) and `device.moved-parked` is never published
       * @enum {string}
       */
      ignitionWiring: 'normal' | 'inverted' | 'none'
      /**
       * @deprecated
       * @description The former form of `ignitionWiring`: true is inverted, false is normal in requests, and not inverted in answers. A request may contain both if they agree
       */
      ignitionInverted: boolean
      /**
       * @description Minutes that the tracker's clock is ahead of UTC; 0: it shows UTC. It applies to new frames, and to stored history when it is read
       * @example 480
       */
      utcOffsetMinutes: number
    }
    Session: {
      sessionId: string
      gatewayId: string
      remoteAddress: string
      /**
       * Format: date-time
       * @description UTC, our clock, with milliseconds
       */
      since: string
    }
    /** @description Another server that gets a copy of everything the device sends, as the old platform of its vendor. What it sends is recorded as frames with direction upstream */
    Relay: {
      /**
       * @description Host name or public address of the other server, which may not be this gateway
       * @example gps.example.com
       */
      host: string
      /** @example 8090 */
      port: number
      /**
       * @description What of that server reaches the tracker. drop: nothing; harmless: commands that the catalogue knows as harmless; all: other commands too, but never an engine cut, nor bytes that could complete one. Acknowledgements never do: ours count
       * @enum {string}
       */
      replies: 'drop' | 'harmless' | 'all'
    }
    /** @description The previous server of the device, and how to send it back */
    CameFrom: {
      host: string
      port: number
      /**
       * Format: date-time
       * @description When it was stored
       */
      at: string
      /** @description The SMS that sends the tracker back there. Its password is **** without the scope secrets, unless it is 0000 */
      sms: string | null
      /** @description The same as a body for POST …/commands, while the device is connected here */
      command: {
        /** @enum {string} */
        intent: 'set-server'
        params: {
          host: string
          port: number
        }
        /** @enum {boolean} */
        confirm: true
      }
    }
    CommandSummaryOfDevice: {
      /** @description Number of waiting commands */
      queued: number
      /** @description The command that awaits its reply */
      open: string | null
      /** @description The fuel restore that awaits its reply, beside the open command */
      openRestore: string | null
      /** @description Commands whose effect is still watched, including concluded ones */
      watching: string[]
    }
    LastPosition: {
      /**
       * Format: date-time
       * @description UTC, the device's clock
       */
      fixTime: string
      /**
       * Format: date-time
       * @description UTC, our clock, with milliseconds
       */
      receivedAt: string
      latitude: number
      longitude: number
      speedKnots: number | null
      speedKmh: number | null
      course: number | null
    }
    DevicePatch: {
      name?: string | null
      model?: string | null
      /**
       * @description How frames are acknowledged: by the type of the frame (auto), always in one form, or never
       * @enum {string|null}
       */
      ackPolicy?: 'auto' | 'R12' | 'V4' | 'none' | null
      /** @description The tracker's own password, for text commands. Answers hold it only for scope secrets */
      password?: string | null
      sources?: string[] | null
      relay?: components['schemas']['NewRelay'] | null
      /** @description The server that it reported to before; stored so that it can be sent back */
      cameFrom?: {
        /**
         * @description Name or IPv4 address
         * @example gps.example.com
         */
        host: string
        /** @example 5013 */
        port: number
      } | null
      /**
       * @description Speed limit in km/h: two fixes in a row above it publish `speed.exceeded`, two within it `speed.ok-again`; null: none
       * @example 80
       */
      speedLimitKmh?: number | null
      /**
       * @description Labels to set. Labels that are left out stay unchanged; null removes a label. Names that differ in case are different names. At most 20 a device
       * @example {
       *       "fleet": "north",
       *       "acme.example/contract": "4711"
       *     }
       */
      labels?: {
        [key: string]: string | null
      }
      overrides?: {
        /**
         * @description How the ignition wire is connected. normal: the tracker reports the ignition as it is; inverted: the wrong way around; none: not connected, so the ignition is unknown (null) and `device.moved-parked` is never published
         * @enum {string}
         */
        ignitionWiring?: 'normal' | 'inverted' | 'none'
        /**
         * @deprecated
         * @description The former form of `ignitionWiring`: true is inverted, false is normal in requests, and not inverted in answers. A request may contain both if they agree
         */
        ignitionInverted?: boolean
        /**
         * @description Minutes that the tracker's clock is ahead of UTC; 0: it shows UTC. It applies to new frames, and to stored history when it is read
         * @example 480
         */
        utcOffsetMinutes?: number
      }
    }
    Deletion: {
      deviceId: string
      /**
       * Format: date-time
       * @description UTC, our clock, with milliseconds
       */
      deletedAt: string
      /**
       * Format: date-time
       * @description When the last copy, which is in the log, has expired
       */
      goneBy: string
    }
    RegistrationResult: {
      created: string[]
      updated: string[]
      rejected: {
        /** @description Line of the CSV (header: 1), or position in the JSON array (from 1) */
        line: number
        deviceId: string | null
        reason: string
      }[]
    }
    FleetPositionPage: {
      items: components['schemas']['FleetPosition'][]
      nextCursor: string | null
      /** @description Path and query of the next page; null: this is the last page */
      next: string | null
    }
    FleetPosition: {
      deviceId: string
      name: string | null
      /** @description Whether it has a session on a gateway that is running */
      online: boolean
      /**
       * Format: date-time
       * @description UTC, our clock, with milliseconds
       */
      lastSeen: string | null
      lastPosition: components['schemas']['LastPosition'] | null
      ignitionOn: boolean | null
      alarms: string[]
      batteryPercent: number | null
      voltage: number | null
      /** @description Places that the device is in, as its newest fix shows it; at most 8 */
      places: {
        placeId: string
        name: string
        /**
         * Format: date-time
         * @description The first fix inside
         */
        since: string
      }[]
    }
    PositionPage: {
      items: components['schemas']['Position'][]
      nextCursor: string | null
      /** @description Path and query of the next page; null: this is the last page */
      next: string | null
      deviceId: string
      /** @description Version of the decoder that read the frames: history is decoded when it is read */
      decoder: string
    }
    Position: {
      /**
       * Format: date-time
       * @description UTC, the device's clock
       */
      fixTime: string | null
      /**
       * Format: date-time
       * @description When it was first received
       */
      receivedAt: string
      latitude: number | null
      longitude: number | null
      speedKmh: number | null
      speedKnots: number | null
      course: number | null
      /** @description false: no satellites; coordinates are then the last known ones */
      valid: boolean
      /** @description Whether the device's clock can be believed */
      trusted: boolean
      /** @description The device had kept it for more than 15 minutes */
      late: boolean
      /** @description How often the same frame was received */
      receptions: number
      /** @description Message type of the frame; $ and X are binary */
      type: string | null
      statusWord: string | null
      ignitionOn: boolean | null
      alarms: string[]
      batteryPercent: number | null
      voltage: number | null
      satellites: number | null
      gsm: number | null
      mileageKm: number | null
    }
    TripList: {
      deviceId: string
      /** @description Version of the decoder that read the frames: history is decoded when it is read */
      decoder: string
      trips: components['schemas']['Trip'][]
      stops: components['schemas']['Stop'][]
    }
    Trip: {
      /**
       * Format: date-time
       * @description UTC, the device's clock
       */
      from: string
      /**
       * Format: date-time
       * @description null: it has not ended, or had not ended 24 hours after the range
       */
      to: string | null
      /**
       * Format: date-time
       * @description Its newest position
       */
      lastAt: string
      start: {
        latitude: number
        longitude: number
      }
      end: {
        latitude: number
        longitude: number
      }
      /**
       * @description The sum of the distances between positions, km
       * @example 12.4
       */
      distanceKm: number
      /** @description Without short stops during the trip */
      movingSeconds: number
      /** @example 87.2 */
      topSpeedKmh: number
      /** @description While moving */
      averageKmh: number
      /** @description The tracker fell silent during the trip, so the real end is unknown */
      endsInGap: boolean
      /** @description false: it may have begun earlier than the positions that were read, which begin up to three days before the range */
      isCertain: boolean
    }
    Stop: {
      /**
       * Format: date-time
       * @description UTC, the device's clock
       */
      from: string
      /**
       * Format: date-time
       * @description null: it has not ended, or ended after the range
       */
      to: string | null
      /**
       * Format: date-time
       * @description Its newest position
       */
      lastAt: string
      latitude: number
      longitude: number
      /** @description false: it may have begun earlier than the positions that were read, which begin up to three days before the range */
      isCertain: boolean
    }
    TripSummary: {
      deviceId: string
      /** @description Version of the decoder that read the frames: history is decoded when it is read */
      decoder: string
      timeZone: string
      /** @description The sum of the days */
      total: {
        trips: number
        /**
         * @description The sum of the distances between positions, km
         * @example 12.4
         */
        distanceKm: number
        /** @description Without short stops during the trip */
        movingSeconds: number
        /** @example 87.2 */
        topSpeedKmh: number
      }
      /** @description Days that have positions, oldest first */
      days: components['schemas']['DaySummary'][]
    }
    DaySummary: {
      /** Format: date */
      day: string
      /** @description Positions with satellites and a trusted time */
      positions: number
      /** @description Trips that began on this day */
      trips: number
      /**
       * @description The sum of the distances between positions, km
       * @example 12.4
       */
      distanceKm: number
      /** @description Without short stops during the trip */
      movingSeconds: number
      /** @example 87.2 */
      topSpeedKmh: number
    }
    Diagnosis: {
      deviceId: string
      /**
       * Format: date-time
       * @description UTC, our clock, with milliseconds
       */
      checkedAt: string
      /** @enum {string} */
      verdict:
        | 'online'
        | 'clock-wrong'
        | 'asleep'
        | 'never-dialled-in'
        | 'unknown-id'
        | 'other-id'
        | 'other-protocol'
        | 'http-port'
        | 'source-refused'
        | 'left-after-set-server'
        | 'left-after-command'
        | 'supply-cut'
        | 'signal-fell'
        | 'network-silent'
        | 'we-were-down'
        | 'not-known'
      title: string
      /** @description One or two sentences */
      text: string
      /**
       * Format: date-time
       * @description When the problem began, as far as known; null: there is no problem, or the time is unknown
       */
      since: string | null
      /** @description The evidence for the verdict */
      evidence: {
        /** @enum {string} */
        kind:
          | 'registry'
          | 'frame'
          | 'alarm'
          | 'refusal'
          | 'command'
          | 'stray'
          | 'unknown-id'
          | 'related-device'
          | 'outage'
          | 'network'
        /**
         * Format: date-time
         * @description UTC, our clock, with milliseconds
         */
        at: string
        text: string
        /**
         * @description What `text` says, for a program
         * @enum {string}
         */
        code:
          | 'last-heard'
          | 'last-before-leaving'
          | 'last-parked'
          | 'last-own'
          | 'registered'
          | 'heard'
          | 'clock-showed'
          | 'clock-ahead'
          | 'clock-behind'
          | 'no-gateway'
          | 'address-refused'
          | 'came-to-http'
          | 'other-login'
          | 'not-registered'
          | 'heard-as'
          | 'not-all-searched'
          | 'command-written'
          | 'sleep-written'
          | 'alarm-open'
          | 'battery'
          | 'last-after-cut'
          | 'quiet-before'
          | 'silent-together'
          | 'signal'
          | 'signal-before'
        /** @description What `text` names: times in ISO 8601, durations in seconds */
        values: {
          [key: string]: string | number | null
        }
        /** @description The frame, for kind `frame`; masked without the scope secrets */
        frame: string | null
      }[]
      /** @description Steps, in order */
      whatToDo: string[]
    }
    FramePage: {
      items: components['schemas']['Frame'][]
      nextCursor: string | null
      /** @description Path and query of the next page; null: this is the last page */
      next: string | null
      deviceId: string
      /** @description Version of the decoder that read the frames: history is decoded when it is read */
      decoder: string
    }
    Frame: {
      /**
       * @description up: from the tracker; down: to it; upstream: from the server that the device is relayed to; session: opened, closed
       * @enum {string}
       */
      direction: 'up' | 'down' | 'upstream' | 'session'
      /**
       * @description rest: bytes from the tracker that are no frame; relayed: bytes of the other server that were written to the tracker
       * @enum {string}
       */
      kind: 'frame' | 'written' | 'opened' | 'closed' | 'rest' | 'upstream' | 'relayed'
      /**
       * Format: date-time
       * @description UTC, our clock, with milliseconds
       */
      receivedAt: string
      sessionId: string
      seq: number
      /**
       * @description Where it was imported from; null: a gateway received it. traccar-frames are as Traccar received them, other frames were written from a position
       * @enum {string|null}
       */
      imported: 'traccar' | 'traccar-frames' | 'gpx' | 'csv' | null
      /**
       * @description How a frame was acknowledged
       * @enum {string|null}
       */
      ack: 'R12' | 'V4' | 'echo' | 'none' | null
      type: string | null
      /** @description The bytes (the first 512 of bytes that are not a frame); null for session rows */
      hex: string | null
      /** @description Number of bytes received, including those that are not stored */
      length: number | null
      /** @description What can be read of it: text frames with · for unprintable bytes; address or reason of a session row */
      text: string | null
      message: components['schemas']['Message'] | null
      warnings: string[]
      /**
       * @description Why a frame from the tracker could not be decoded
       * @enum {string|null}
       */
      reason: 'unknown-type' | 'malformed' | 'implausible' | 'too-long' | null
      detail: string | null
    }
    Message: {
      type: string | null
      maker: string | null
      id: string | null
      position: {
        /**
         * Format: date-time
         * @description UTC, the device's clock
         */
        fixTime: string | null
        valid: boolean
        latitude: number | null
        longitude: number | null
        speedKnots: number | null
        speedKmh: number | null
        course: number | null
      } | null
      /**
       * Format: date-time
       * @description UTC, the device's clock
       */
      deviceTime: string | null
      status: {
        word: string
        clear: string[]
      } | null
      cells: {
        mcc: number | null
        mnc: number | null
        lac: number
        cid: number
        dbm: number | null
        rssiRaw: number | null
        rxRaw: string | null
      }[]
      wifi: {
        bssid: string
        dbm: number | null
        signalRaw: string | null
      }[]
      batteryRaw: number | null
      batteryPercent: number | null
      voltage: number | null
      satellites: number | null
      gsm: number | null
      mileageKm: number | null
      iccid: string | null
      reply: {
        command: string | null
        cmdTime: string | null
        params: string[]
        result: string | null
      } | null
      /**
       * @description The alarm that an ALRM frame names
       * @enum {string|null}
       */
      alarm: 'sos' | 'low-battery' | 'geofence' | null
      /** @description Stored positions of a BC frame: day of the month, time HHMMSS as a number */
      batch: {
        day: number
        time: number
        position: {
          /**
           * Format: date-time
           * @description UTC, the device's clock
           */
          fixTime: string | null
          valid: boolean
          latitude: number | null
          longitude: number | null
          speedKnots: number | null
          speedKmh: number | null
          course: number | null
        }
      }[]
      binary: {
        length: number
        tail: string
        record: number | null
        byte32: number | null
      } | null
      /** @description The raw fields after the status word */
      extra: string[]
      details: {
        [key: string]: string | number | null
      }
    }
    Catalogue: {
      deviceId: string
      model: string | null
      /** @description Null until a probe names it */
      firmware: string | null
      items: components['schemas']['CatalogueEntry'][]
    }
    CatalogueEntry: {
      intent: string
      title: string
      summary: string
      /** @enum {string} */
      subject:
        | 'Status and settings'
        | 'Reports'
        | 'Engine and arming'
        | 'Device and network'
        | 'Phone numbers'
        | 'Alarms'
      /** @description True if every wording is only known for other models */
      otherMakers: boolean
      /**
       * @description In rising order: sensitive and disruptive require confirm, dangerous two steps and its own scope
       * @enum {string}
       */
      danger: 'harmless' | 'sensitive' | 'disruptive' | 'dangerous'
      idempotent: boolean
      /** @description Known from uncertain sources only: `auto` never chooses it */
      experimental: boolean
      /** @description Part of a probe */
      probe: boolean
      /** @description Whether its effect can be seen from outside, so that it can end `confirmed` */
      expectsEffect: boolean
      /** @description JSON Schema of `params` */
      params: {
        /** @enum {string} */
        type: 'object'
        properties: {
          [key: string]: components['schemas']['CommandParam']
        }
        required: string[]
        /** @enum {boolean} */
        additionalProperties: false
      }
      dialects: components['schemas']['CommandDialect'][]
      /**
       * @description What `auto` would choose for this device now
       * @enum {string|null}
       */
      auto: 'text' | 'h02' | null
    }
    CommandParam: {
      /** @enum {string} */
      type: 'integer' | 'string'
      title: string
      minimum?: number
      maximum?: number
      minLength?: number
      maxLength?: number
      enum?: string[]
      format?: string
      pattern?: string
      default?: string | number
      /** @description Masked wherever it is shown */
      writeOnly?: boolean
      'x-unit'?: string
    } & {
      [key: string]: unknown
    }
    CommandDialect: {
      /** @enum {string} */
      dialect: 'text' | 'h02'
      /** @description The *HQ command word, or how the text begins */
      word: string
      /** @description How other wordings that mean the same begin */
      aliases: string[]
      /**
       * @description Danger of this wording on this model; it may mean something else on others
       * @enum {string}
       */
      danger: 'harmless' | 'sensitive' | 'disruptive' | 'dangerous'
      /** @enum {string} */
      confidence: 'certain' | 'likely' | 'unsure'
      /** @description The source of this wording */
      source: string
      /** @description Models that it is known for; null: any */
      models: string[] | null
      /** @description Whether an answer is expected at all */
      answers: boolean
      /** @description Seconds for which an answer is awaited */
      replySeconds: number
      evidence: components['schemas']['Evidence']
    }
    /** @description Counts for this firmware on this installation */
    Evidence: {
      /** @description Attempts that were written, or perhaps written */
      tried: number
      /** @description Attempts with a reply */
      answered: number
      /** @description Attempts with an observed effect; null: this command has no observable effect */
      tookEffect: number | null
      verdicts: {
        undelivered?: number
        rejected?: number
        contradicted?: number
        confirmed?: number
        unconfirmed?: number
        answered?: number
        unknown?: number
        unanswered?: number
      }
    }
    Command: components['schemas']['CommandSummary'] & {
      attempts: components['schemas']['Attempt'][]
      /** @description Everything that is known about the command, in order */
      timeline: components['schemas']['TimelineItem'][]
    }
    Conclusion: {
      /**
       * Format: date-time
       * @description UTC, our clock, with milliseconds
       */
      at: string
      /** @enum {string} */
      verdict:
        | 'undelivered'
        | 'rejected'
        | 'contradicted'
        | 'confirmed'
        | 'unconfirmed'
        | 'answered'
        | 'unknown'
        | 'unanswered'
      /** @description Why it is undelivered, or why its effect is no longer watched: superseded, cancelled */
      reason: string | null
      /** @description true: the reply is positive; false: it is negative; null: neither */
      ok: boolean | null
      /** @description Observed indirectly, or without knowing the state before */
      likely: boolean
      /** @description The state was the same before the command was written */
      already: boolean
      /** @description The reply came after its window, and certainly answers this command */
      late: boolean
      /** @description The reply may be to an earlier command */
      ambiguous: boolean
      /** @description Its effect is still watched, and may correct the verdict */
      effectPending: boolean
      /** @description This verdict replaces an earlier one */
      corrected: boolean
    }
    /** @description What was typed; null for an intent */
    Bytes: {
      hex: string
      text: string
    }
    DeviceFacts: {
      model?: string
      firmware?: string
      deviceId?: string
      iccid?: string
      intervalOnSeconds?: number
      intervalOffSeconds?: number
      heartbeatSeconds?: number
      serverHost?: string
      serverPort?: number
      apn?: string
      voltage?: number
      batteryPercent?: number
      /** @description 0 to 5; some clones report no per cent */
      batteryLevel?: number
      mileageMetres?: number
      gsm?: number
      satellites?: number
      gpsFix?: boolean
      mode?: string
      timeZone?: string
      powerAlarmOn?: boolean
      overspeedAlarmOn?: boolean
      sleepOn?: boolean
    }
    Attempt: {
      n: number
      /** @enum {string} */
      dialect: 'text' | 'h02'
      sessionId: string
      gatewayId: string
      /**
       * Format: date-time
       * @description UTC, our clock, with milliseconds
       */
      dispatchedAt: string
      /** @enum {string} */
      written: 'pending' | 'no' | 'yes' | 'uncertain'
      /**
       * Format: date-time
       * @description UTC, our clock, with milliseconds
       */
      writtenAt: string | null
      /** @description Why it was not written */
      refusal: string | null
      reply: {
        /**
         * Format: date-time
         * @description UTC, our clock, with milliseconds
         */
        at: string
        ok: boolean | null
        ambiguous: boolean
        late: boolean
        /** @description Why it is not ok, if known */
        reason?: string
      } | null
      effect: {
        /**
         * Format: date-time
         * @description UTC, our clock, with milliseconds
         */
        at: string
        /** @enum {string} */
        seen: 'expected' | 'opposite'
        likely: boolean
      } | null
    }
    TimelineItem: {
      id: string
      /**
       * Format: date-time
       * @description UTC, our clock, with milliseconds
       */
      at: string
      /** @enum {string} */
      kind:
        | 'created'
        | 'waiting'
        | 'dispatched'
        | 'taken'
        | 'refused'
        | 'written'
        | 'write-uncertain'
        | 'adopted'
        | 'reply'
        | 'effect'
        | 'window-over'
        | 'other-dialect'
        | 'cancelled'
        | 'expired'
        | 'concluded'
        | 'corrected'
        | 'note'
      attempt: number | null
      /** @description One plain sentence */
      text: string
      bytes: (components['schemas']['Bytes'] | null) & unknown
      /** @description The frame that shows it; GET …/frames returns all of it */
      frame: {
        sessionId: string
        seq: number | null
        /**
         * Format: date-time
         * @description UTC, our clock, with milliseconds
         */
        receivedAt: string
      } | null
    }
    CommandSummary: {
      /**
       * @description Sorts by time of creation
       * @example 0mfhq3k2v0a1b2c3
       */
      commandId: string
      /** @example 9170000000 */
      deviceId: string
      /**
       * @description queued: waits; dispatching: handed to the gateway; sent: written, or perhaps; concluded: has a verdict
       * @example concluded
       * @enum {string}
       */
      state: 'queued' | 'dispatching' | 'sent' | 'concluded'
      /**
       * @example confirmed
       * @enum {string|null}
       */
      verdict:
        | 'undelivered'
        | 'rejected'
        | 'contradicted'
        | 'confirmed'
        | 'unconfirmed'
        | 'answered'
        | 'unknown'
        | 'unanswered'
        | null
      conclusion: components['schemas']['Conclusion'] | null
      /** @description What it waits for, and at most until when: the device to be online, its turn, to be written, a reply, the next frame of a tracker that has sent nothing since (it may be asleep), an effect */
      waitingFor: {
        /** @enum {string} */
        what: 'device' | 'turn' | 'write' | 'reply' | 'frame' | 'effect'
        /**
         * Format: date-time
         * @description UTC, our clock, with milliseconds
         */
        until: string
      } | null
      /**
       * @description raw: bytes that the catalogue does not know
       * @example interval-on
       */
      intent: string
      title: string | null
      /** @description As checked, with defaults filled in; secret ones are masked without scope secrets */
      params: {
        [key: string]: string | number
      }
      raw: components['schemas']['Bytes'] | null
      /**
       * @description As requested; attempts contain the dialect that was used
       * @enum {string}
       */
      dialect: 'auto' | 'text' | 'h02'
      /** @enum {string} */
      danger: 'harmless' | 'sensitive' | 'disruptive' | 'dangerous'
      /**
       * Format: date-time
       * @description UTC, our clock, with milliseconds
       */
      createdAt: string
      /** @description Id of the key */
      createdBy: string
      /**
       * Format: date-time
       * @description If it still waits at this time, it ends undelivered
       */
      expiresAt: string
      probeId: string | null
      /** @description The campaign that created it */
      campaignId: string | null
      /** @description As sent with the order, never masked; null: there was none */
      metadata: {
        [key: string]: string
      } | null
      /** @description The complete text of the reply, and what it reports about the tracker */
      reply: {
        text: string
        facts: components['schemas']['DeviceFacts']
      } | null
    }
    ToConfirm: {
      /**
       * @description No command was created yet
       * @enum {string}
       */
      state: 'to-confirm'
      confirmation: components['schemas']['Confirmation']
    }
    Confirmation: {
      /** @description For POST …/commands/confirm, with the same key */
      token: string
      /**
       * Format: date-time
       * @description UTC, our clock, with milliseconds
       */
      expiresAt: string
      intent: string
      title: string
      params: {
        [key: string]: string | number
      }
      /** @description The last valid fix as stored; the gateway may know a newer one */
      fix: {
        /**
         * Format: date-time
         * @description UTC, the device's clock
         */
        fixTime: string
        /**
         * Format: date-time
         * @description UTC, our clock, with milliseconds
         */
        receivedAt: string
        ageSeconds: number
        latitude: number
        longitude: number
        speedKmh: number | null
      } | null
      /** @description Whether the frames stored so far allow it. The gateway judges again, by the same rules and its newest frames, just before it writes */
      allowed: boolean
      /** @description The command is refused above this speed */
      maxSpeedKmh: number
      detail: string
    }
    Order: {
      /**
       * @description An intent of GET …/catalogue
       * @example interval-on
       */
      intent?: string
      /**
       * @description Parameters of the intent, as listed in the catalogue
       * @example {
       *       "seconds": 20
       *     }
       */
      params?: {
        [key: string]: string | number
      }
      /** @description A text that is written unchanged */
      raw?: string
      /** @description Bytes in hex that are written unchanged */
      rawHex?: string
      /**
       * @description With an intent only. auto (the default) chooses what this model and firmware answers
       * @enum {string}
       */
      dialect?: 'auto' | 'text' | 'h02'
      /**
       * @description Seconds that it may wait for the device, if it may wait
       * @default 86400
       */
      expiresInSeconds?: number
      /**
       * @description Required for sensitive and disruptive commands (see `danger`)
       * @default false
       */
      confirm?: boolean
      /**
       * @description Lets a disruptive command wait until it can be sent; otherwise it is sent at once or refused (409). Harmless and sensitive commands always wait, dangerous ones never
       * @default false
       */
      queue?: boolean
      /**
       * @description true: replaces the same command if one is waiting already
       * @default false
       */
      replace?: boolean
      /**
       * @description Your own notes, for example an order number: texts by name, at most 1000 bytes as JSON. Answers and events contain them unmasked; they are not sent to trackers
       * @example {
       *       "order": "4711"
       *     }
       */
      metadata?: {
        [key: string]: string
      }
    }
    Confirm: {
      token: string
    }
    CommandPage: {
      items: components['schemas']['CommandSummary'][]
      nextCursor: string | null
      /** @description Path and query of the next page; null: this is the last page */
      next: string | null
      deviceId: string
    }
    Flushed: {
      deviceId: string
      cancelled: components['schemas']['CommandSummary'][]
    }
    Probe: {
      probeId: string
      deviceId: string
      level: 1 | 2
      /** @enum {string} */
      state: 'running' | 'done'
      /**
       * @description writes: the writes of level 2 were submitted
       * @enum {string}
       */
      phase: 'reads' | 'writes'
      /**
       * Format: date-time
       * @description UTC, our clock, with milliseconds
       */
      createdAt: string
      createdBy: string
      /** @description Number of questions; includes writes once they are submitted */
      asked: number
      /** @description Number of those that have a verdict */
      concluded: number
      answered: number
      facts: components['schemas']['DeviceFacts'] & unknown
      /** @description The questions and writes, with the answers of this tracker */
      items: components['schemas']['ProbeRow'][]
    }
    ProbeRow: {
      intent: string
      title: string | null
      /** @enum {string} */
      dialect: 'text' | 'h02'
      commandId: string
      /** @enum {string} */
      state: 'queued' | 'dispatching' | 'sent' | 'concluded'
      /** @enum {string|null} */
      verdict:
        | 'undelivered'
        | 'rejected'
        | 'contradicted'
        | 'confirmed'
        | 'unconfirmed'
        | 'answered'
        | 'unknown'
        | 'unanswered'
        | null
      ok: boolean | null
      /** @description Why it is undelivered */
      reason: string | null
      /** @description The whole reply; secrets are masked */
      answer: string | null
      /**
       * @description writes: the writes of level 2, and the reads after them
       * @enum {string}
       */
      phase: 'reads' | 'writes'
      /** @description For a write: whether the tracker reports another value afterwards; null: unknown, or a read */
      changed: boolean | null
    }
    ScheduleList: {
      deviceId: string
      items: components['schemas']['Schedule'][]
    }
    Schedule: {
      deviceId: string
      name: string
      /** @example 1h */
      every: string | null
      cron: string | null
      timezone: string | null
      intent: string
      title: string | null
      params: {
        [key: string]: string | number
      }
      /**
       * Format: date-time
       * @description UTC, our clock, with milliseconds
       */
      setAt: string
      /** @description Id of the key in whose name its commands are created */
      setBy: string
      /**
       * Format: date-time
       * @description A run is sent within two minutes after this time; null: there is no next run
       */
      nextRunAt: string | null
      /** @description Runs that created a command */
      sent: number
      /** @description Runs that were skipped */
      skipped: number
      lastRun: {
        /**
         * Format: date-time
         * @description UTC, our clock, with milliseconds
         */
        plannedAt: string
        /**
         * @description sent: a command was created. Otherwise it was skipped: the command of the previous run was still open; the same command is already waiting; too many commands are waiting; the intent is not a harmless read on this model
         * @enum {string}
         */
        outcome: 'sent' | 'former-open' | 'waits-already' | 'queue-full' | 'not-allowed'
      } | null
      /** @description The newest command that it created, with its verdict and reply */
      lastCommand: components['schemas']['CommandSummary'] | null
    }
    NewSchedule: {
      /**
       * @description The interval: seconds, or a text such as 15m, 1h or 1d; 5 minutes to 31 days
       * @example 1h
       */
      every?: number | string
      /**
       * @description Instead of `every`: five fields as in a crontab (minute, hour, day of month, month, day of week), at least 5 minutes apart
       * @example 0 6 * * 1-5
       */
      cron?: string
      /**
       * @description With `cron`: the zone of its times; UTC if left out
       * @example Europe/Madrid
       */
      timezone?: string
      /**
       * @description A harmless read; GET …/catalogue lists those that are known for the model
       * @example read-status
       * @enum {string}
       */
      intent:
        | 'read-status'
        | 'read-firmware'
        | 'read-state'
        | 'mileage-read'
        | 'read-speed-limits'
        | 'read-config'
        | 'read-info'
        | 'read-phones'
        | 'read-status-lk'
        | 'read-network'
        | 'locate-huasuntek'
        | 'locate'
      params?: {
        [key: string]: string | number
      }
    }
    DesiredSettings: {
      deviceId: string
      settings: {
        intervalOnSeconds?: components['schemas']['DesiredSetting']
        intervalOffSeconds?: components['schemas']['DesiredSetting']
        overspeedKmh?: components['schemas']['DesiredSetting']
        timeZone?: components['schemas']['DesiredSetting']
        powerAlarmOn?: components['schemas']['DesiredSetting']
        sleepOn?: components['schemas']['DesiredSetting']
      }
      /**
       * Format: date-time
       * @description UTC, our clock, with milliseconds
       */
      setAt: string
      /** @description Id of the key in whose name commands are created */
      setBy: string
      /**
       * Format: date-time
       * @description When the settings were last read
       */
      checkedAt: string | null
      /** @description Commands under way for these settings */
      commands: string[]
    }
    DesiredSetting: {
      desired: string | number | boolean
      /** @description Null: the tracker has not reported it */
      reported: string | number | boolean | null
      /**
       * Format: date-time
       * @description UTC, our clock, with milliseconds
       */
      reportedAt: string | null
      /**
       * @description reply: a reply contained the value. effect: the behaviour of the tracker showed it
       * @enum {string|null}
       */
      reportedBy: 'reply' | 'effect' | null
      /** @description The command whose reply or effect reported it */
      reportedIn: string | null
      /**
       * @description in-sync: the tracker reports the desired value. differs: it reports another value, and the desired one is sent again. sending: commands are under way. not-kept: the desired value was sent three times and the tracker still reports another; it is sent again after a PUT. not-reported: no report yet, or the tracker accepted the value and no reply shows it
       * @enum {string}
       */
      state: 'in-sync' | 'differs' | 'sending' | 'not-kept' | 'not-reported'
      /** @description How often it was sent since it was desired, or since the tracker last reported the desired value */
      tries: number
      /**
       * Format: date-time
       * @description When the tracker last accepted it
       */
      acceptedAt: string | null
    }
    NewDesiredSettings: {
      /** @description Seconds between reports, ignition on; most models accept 10 to 18000 */
      intervalOnSeconds?: number
      /** @description Seconds between reports, ignition off; most models accept 1 to 1800 */
      intervalOffSeconds?: number
      /** @description Alarm above this speed; 0: no alarm. Trackers report only that it is off */
      overspeedKmh?: number
      /**
       * @description Time zone of times in SMS; reports stay in UTC
       * @enum {string}
       */
      timeZone?:
        | 'E00'
        | 'E01'
        | 'E02'
        | 'E03'
        | 'E04'
        | 'E05'
        | 'E06'
        | 'E07'
        | 'E08'
        | 'E09'
        | 'E10'
        | 'E11'
        | 'E12'
        | 'E13'
        | 'E14'
        | 'W01'
        | 'W02'
        | 'W03'
        | 'W04'
        | 'W05'
        | 'W06'
        | 'W07'
        | 'W08'
        | 'W09'
        | 'W10'
        | 'W11'
        | 'W12'
        | 'E0330'
        | 'E0430'
        | 'E0530'
        | 'E0545'
        | 'E0630'
        | 'E0930'
        | 'W0330'
      /**
       * @description Alarm when the supply is cut. Switching it off requires a confirmation, so send that command yourself
       * @enum {boolean}
       */
      powerAlarmOn?: true
      /**
       * @description false: the tracker never sleeps. Switching sleep on requires a confirmation, so send that command yourself
       * @enum {boolean}
       */
      sleepOn?: false
    }
    Campaign: components['schemas']['CampaignSummary'] & {
      /** @description As checked; secret ones are masked without scope secrets */
      params: {
        [key: string]: string | number
      }
      /** @enum {string} */
      dialect: 'auto' | 'text' | 'h02'
      select: {
        /** @description Number of ids in the request */
        ids: number | null
        /**
         * @description Labels of the device; lists filter by them with `labels=name=value`
         * @example {
         *       "fleet": "north",
         *       "acme.example/contract": "4711"
         *     }
         */
        labels: {
          [key: string]: string
        } | null
        model: string | null
        firmware: string | null
      }
      canary: number
      perMinute: number
      stopWhen: components['schemas']['StopWhen']
      expiresInSeconds: number
      /** @description The progress by reported firmware; `other` is the sum of those beyond the first 30 */
      firmwares: {
        firmware: string
        devices: number
        /** @description Devices that nothing was sent to so far; after the end of the campaign nothing will be */
        waiting: number
        /** @description Devices whose command has no verdict yet */
        open: number
        /** @description The other devices by outcome: the verdict of their command, or skipped, without a command */
        outcomes: {
          undelivered?: number
          rejected?: number
          contradicted?: number
          confirmed?: number
          unconfirmed?: number
          answered?: number
          unknown?: number
          unanswered?: number
          skipped?: number
        }
      }[]
    }
    StopReason: {
      /** @enum {string} */
      outcome:
        | 'undelivered'
        | 'rejected'
        | 'contradicted'
        | 'confirmed'
        | 'unconfirmed'
        | 'answered'
        | 'unknown'
        | 'unanswered'
        | 'skipped'
      count: number
      /** @description Number of concluded devices */
      of: number
      /** @description The limit of `stopWhen`; null: the device was part of the canary */
      limit: number | null
    }
    /**
     * @description Outcomes that stop the campaign when that many parts have ended so. Below 1 it is a share of the concluded parts, counted once the canary has passed and 10 are concluded. From 1 it is a number of parts, counted from the first
     * @example {
     *       "unanswered": 0.2,
     *       "rejected": 1
     *     }
     */
    StopWhen: {
      undelivered?: number
      rejected?: number
      contradicted?: number
      unconfirmed?: number
      unknown?: number
      unanswered?: number
      skipped?: number
    }
    CampaignSummary: {
      /**
       * @description Sorts by time of creation
       * @example 0mfhq3k2v0a1b2c3
       */
      campaignId: string
      name: string | null
      /**
       * @description stopped: by its own conditions. stopped, cancelled and finished are final; what was sent still concludes
       * @enum {string}
       */
      state: 'running' | 'paused' | 'stopped' | 'cancelled' | 'finished'
      /** @enum {string} */
      phase: 'canary' | 'rest'
      intent: string
      title: string | null
      /** @enum {string} */
      danger: 'harmless' | 'sensitive' | 'disruptive' | 'dangerous'
      progress: {
        devices: number
        /** @description Devices that nothing was sent to so far; after the end of the campaign nothing will be */
        waiting: number
        /** @description Devices whose command has no verdict yet */
        open: number
        /** @description The other devices by outcome: the verdict of their command, or skipped, without a command */
        outcomes: {
          undelivered?: number
          rejected?: number
          contradicted?: number
          confirmed?: number
          unconfirmed?: number
          answered?: number
          unknown?: number
          unanswered?: number
          skipped?: number
        }
      }
      reason: components['schemas']['StopReason'] | null
      /**
       * Format: date-time
       * @description UTC, our clock, with milliseconds
       */
      createdAt: string
      /** @description Id of the key */
      createdBy: string
      /**
       * Format: date-time
       * @description UTC, our clock, with milliseconds
       */
      endedAt: string | null
    }
    NewCampaign: {
      name?: string | null
      /** @description An intent of GET …/catalogue; campaigns cannot send bytes */
      intent: string
      /** @default {} */
      params?: {
        [key: string]: string | number
      }
      /**
       * @default auto
       * @enum {string}
       */
      dialect?: 'auto' | 'text' | 'h02'
      select: components['schemas']['CampaignSelect']
      /** @description So many devices must end confirmed or answered before the rest starts. The default, and the least that a sensitive or disruptive command may have, is 3, or 1 % of the devices where that is more. 0 with a harmless one: no canary */
      canary?: number
      /**
       * @description Maximum number of commands per minute
       * @default 60
       */
      perMinute?: number
      stopWhen?: components['schemas']['StopWhen']
      /**
       * @description Seconds that each command may wait for its device, from its creation
       * @default 86400
       */
      expiresInSeconds?: number
      /**
       * @description Required for sensitive and disruptive commands (see `danger`)
       * @default false
       */
      confirm?: boolean
    }
    /** @description Devices that match all that is given, at the time of the request: the selection does not change later */
    CampaignSelect: {
      /** @description These devices */
      ids?: string[]
      /**
       * @example {
       *       "fleet": "north"
       *     }
       */
      labels?: {
        [key: string]: string
      }
      /** @description As registered or as the tracker reports it, in any spelling */
      model?: string
      /** @description As the tracker reports it: the whole name, or its family, such as ST906 */
      firmware?: string
    }
    CampaignPage: {
      items: components['schemas']['CampaignSummary'][]
      nextCursor: string | null
      /** @description Path and query of the next page; null: this is the last page */
      next: string | null
    }
    CampaignPartPage: {
      items: components['schemas']['CampaignPart'][]
      nextCursor: string | null
      /** @description Path and query of the next page; null: this is the last page */
      next: string | null
      campaignId: string
    }
    CampaignPart: {
      deviceId: string
      firmware: string
      /** @enum {string} */
      state: 'waiting' | 'open' | 'ended'
      /** @enum {string|null} */
      outcome:
        | 'undelivered'
        | 'rejected'
        | 'contradicted'
        | 'confirmed'
        | 'unconfirmed'
        | 'answered'
        | 'unknown'
        | 'unanswered'
        | 'skipped'
        | null
      /** @description Why it was skipped or not delivered */
      reason: string | null
      /** @description GET …/commands/{commandId} of the device */
      commandId: string | null
      /**
       * Format: date-time
       * @description When the campaign decided to send its command
       */
      sentAt: string | null
      /**
       * Format: date-time
       * @description UTC, our clock, with milliseconds
       */
      endedAt: string | null
    }
    NamedCommandList: {
      items: components['schemas']['NamedCommand'][]
    }
    NamedCommand: {
      name: string
      /**
       * @description The command as text. {id}, {time} (HHMMSS, UTC) and {password} are placeholders, which the sender fills in
       * @example *HQ,{id},S99,{time},1#
       */
      template: string
      note: string | null
      /**
       * Format: date-time
       * @description UTC, our clock, with milliseconds
       */
      changedAt: string
      changedBy: string
    }
    NewNamedCommand: {
      /**
       * @description The command as text. {id}, {time} (HHMMSS, UTC) and {password} are placeholders, which the sender fills in
       * @example *HQ,{id},S99,{time},1#
       */
      template: string
      note?: string | null
    }
    Audit: {
      deviceId: string
      items: components['schemas']['AuditEntry'][]
    }
    AuditEntry: {
      /**
       * Format: date-time
       * @description UTC, our clock, with milliseconds
       */
      at: string
      /** @enum {string} */
      step: 'asked' | 'ended'
      commandId: string
      /** @description Id of the key */
      who: string
      keyName: string | null
      /** @description Network address of the client */
      address: string | null
      requestId: string | null
      intent: string
      /** @enum {string} */
      danger: 'harmless' | 'sensitive' | 'disruptive' | 'dangerous'
      /** @enum {string|null} */
      dialect: 'text' | 'h02' | null
      /** @enum {string|null} */
      verdict:
        | 'undelivered'
        | 'rejected'
        | 'contradicted'
        | 'confirmed'
        | 'unconfirmed'
        | 'answered'
        | 'unknown'
        | 'unanswered'
        | null
      reason: string | null
      /** @description The bytes that were written, secrets masked */
      hex: string | null
    }
    AuditPage: {
      items: components['schemas']['AuditRecord'][]
      nextCursor: string | null
      /** @description Path and query of the next page; null: this is the last page */
      next: string | null
    }
    AuditRecord: {
      /**
       * Format: date-time
       * @description UTC, our clock, with milliseconds
       */
      at: string
      /** @enum {string} */
      step:
        | 'asked'
        | 'ended'
        | 'relayed'
        | 'engine-asked'
        | 'engine-confirmed'
        | 'device-added'
        | 'device-changed'
        | 'device-deleted'
        | 'password-changed'
        | 'unknown-device-forgotten'
        | 'schedule-set'
        | 'schedule-deleted'
        | 'desired-set'
        | 'desired-deleted'
        | 'live-opened'
        | 'command-named'
        | 'command-name-deleted'
        | 'secrets-read'
        | 'key-made'
        | 'key-used'
        | 'key-rotated'
        | 'key-deleted'
        | 'place-made'
        | 'place-changed'
        | 'place-deleted'
        | 'webhook-made'
        | 'webhook-changed'
        | 'webhook-rotated'
        | 'webhook-enabled'
        | 'webhook-tested'
        | 'webhook-redelivered'
        | 'webhook-deleted'
        | 'notice-channel-made'
        | 'notice-channel-changed'
        | 'notice-channel-tested'
        | 'notice-channel-deleted'
        | 'notice-rule-made'
        | 'notice-rule-changed'
        | 'notice-rule-deleted'
        | 'mqtt-set'
        | 'mqtt-removed'
        | 'campaign-made'
        | 'campaign-paused'
        | 'campaign-resumed'
        | 'campaign-cancelled'
        | 'campaign-stopped'
      /** @description Id of the key */
      who: string
      keyName: string | null
      /** @description Network address of the client */
      address: string | null
      requestId: string | null
      deviceId: string | null
      /** @description What was created, changed, read or deleted; never a secret */
      details: {
        [key: string]: unknown
      } | null
      commandId: string | null
      intent: string | null
      /** @enum {string|null} */
      danger: 'harmless' | 'sensitive' | 'disruptive' | 'dangerous' | null
      /** @enum {string|null} */
      dialect: 'text' | 'h02' | null
      /** @enum {string|null} */
      verdict:
        | 'undelivered'
        | 'rejected'
        | 'contradicted'
        | 'confirmed'
        | 'unconfirmed'
        | 'answered'
        | 'unknown'
        | 'unanswered'
        | null
      reason: string | null
      /** @description The bytes that were written, secrets masked */
      hex: string | null
    }
    Live: {
      /**
       * @description MQTT 3.1.1 over a WebSocket, signed
       * @example wss://a1b2c3-ats.iot.eu-west-1.amazonaws.com/mqtt?X-Amz-Algorithm=…
       */
      url: string
      /** @description The MQTT client id to use; another is refused */
      clientId: string
      /** @description The topic to subscribe to; another is refused */
      topic: string
      /**
       * Format: date-time
       * @description Nothing is published on the topic after this time, or once the key is deleted. Request another URL earlier; it has its own topic
       */
      expiresAt: string
    }
    LiveRequest: {
      /**
       * @description Seconds to watch
       * @default 900
       */
      seconds?: number
    }
    FleetLive: components['schemas']['Live'] & {
      deviceIds: string[]
    }
    SeveralLiveRequest: {
      /**
       * @description Seconds to watch
       * @default 900
       */
      seconds?: number
      deviceIds?: string[]
      /**
       * @description Devices that have all of these labels now
       * @example {
       *       "fleet": "north"
       *     }
       */
      labels?: {
        [key: string]: string
      }
    }
    EventPage: {
      items: components['schemas']['Event'][]
      nextCursor: string | null
      /** @description Path and query of the next page; null: this is the last page */
      next: string | null
    }
    Event:
      | components['schemas']['DeviceAddedEvent']
      | components['schemas']['DeviceRemovedEvent']
      | components['schemas']['DeviceOnlineEvent']
      | components['schemas']['DeviceOfflineEvent']
      | components['schemas']['DeviceSilentEvent']
      | components['schemas']['DeviceMovedEvent']
      | components['schemas']['DeviceMovedParkedEvent']
      | components['schemas']['DeviceContestedEvent']
      | components['schemas']['DeviceSourceRefusedEvent']
      | components['schemas']['DeviceDailyLimitEvent']
      | components['schemas']['AlarmRaisedEvent']
      | components['schemas']['AlarmClearedEvent']
      | components['schemas']['PlaceEnteredEvent']
      | components['schemas']['PlaceLeftEvent']
      | components['schemas']['PlaceStayedEvent']
      | components['schemas']['SpeedExceededEvent']
      | components['schemas']['SpeedOkAgainEvent']
      | components['schemas']['CommandConcludedEvent']
      | components['schemas']['CommandCorrectedEvent']
      | components['schemas']['UnknownDeviceSeenEvent']
      | components['schemas']['NotificationsHeldBackEvent']
      | components['schemas']['SettingNotKeptEvent']
      | components['schemas']['CampaignStartedEvent']
      | components['schemas']['CampaignPausedEvent']
      | components['schemas']['CampaignResumedEvent']
      | components['schemas']['CampaignStoppedEvent']
      | components['schemas']['CampaignCancelledEvent']
      | components['schemas']['CampaignFinishedEvent']
      | components['schemas']['WebhookDisabledEvent']
    EvidenceModels: {
      /**
       * @description discriminator enum property added by openapi-typescript
       * @enum {string}
       */
      kind: 'models'
      models: string[]
    }
    EvidenceOfModel: {
      /**
       * @description discriminator enum property added by openapi-typescript
       * @enum {string}
       */
      kind: 'model'
      model: string
      items: components['schemas']['EvidenceRow'][]
    }
    EvidenceRow: {
      /** @description As devices report it; unknown: no reply has contained it yet */
      firmware: string
      intent: string
      /** @enum {string} */
      dialect: 'text' | 'h02'
      evidence: components['schemas']['Evidence']
    }
    UnknownDevicePage: {
      items: components['schemas']['UnknownDevice'][]
      nextCursor: string | null
      /** @description Path and query of the next page; null: this is the last page */
      next: string | null
    }
    UnknownDevice: {
      deviceId: string
      /**
       * Format: date-time
       * @description UTC, our clock, with milliseconds
       */
      firstSeen: string
      /**
       * Format: date-time
       * @description UTC, our clock, with milliseconds
       */
      lastSeen: string
      remoteAddress: string
      /** @description Type of the last frame */
      sampleType: string | null
    }
    Adoption: {
      name?: string | null
      model?: string | null
      /**
       * @description How frames are acknowledged: by the type of the frame (auto), always in one form, or never
       * @enum {string|null}
       */
      ackPolicy?: 'auto' | 'R12' | 'V4' | 'none' | null
      /** @description The tracker's own password, for text commands. Answers hold it only for scope secrets */
      password?: string | null
      sources?: string[] | null
      relay?: components['schemas']['NewRelay'] | null
      /** @description The server that it reported to before; stored so that it can be sent back */
      cameFrom?: {
        /**
         * @description Name or IPv4 address
         * @example gps.example.com
         */
        host: string
        /** @example 5013 */
        port: number
      } | null
      /**
       * @description Speed limit in km/h: two fixes in a row above it publish `speed.exceeded`, two within it `speed.ok-again`; null: none
       * @example 80
       */
      speedLimitKmh?: number | null
      /**
       * @description Labels to set. Labels that are left out stay unchanged; null removes a label. Names that differ in case are different names. At most 20 a device
       * @example {
       *       "fleet": "north",
       *       "acme.example/contract": "4711"
       *     }
       */
      labels?: {
        [key: string]: string | null
      }
      overrides?: {
        /**
         * @description How the ignition wire is connected. normal: the tracker reports the ignition as it is; inverted: the wrong way around; none: not connected, so the ignition is unknown (null) and `device.moved-parked` is never published
         * @enum {string}
         */
        ignitionWiring?: 'normal' | 'inverted' | 'none'
        /**
         * @deprecated
         * @description The former form of `ignitionWiring`: true is inverted, false is normal in requests, and not inverted in answers. A request may contain both if they agree
         */
        ignitionInverted?: boolean
        /**
         * @description Minutes that the tracker's clock is ahead of UTC; 0: it shows UTC. It applies to new frames, and to stored history when it is read
         * @example 480
         */
        utcOffsetMinutes?: number
      }
    }
    MadeKey: components['schemas']['Key'] & {
      key: string
    }
    Key: {
      keyId: string
      name: string | null
      /** @description The first characters of the key */
      prefix: string
      scopes: ('read' | 'command' | 'command:raw' | 'command:engine' | 'secrets' | 'admin' | 'share')[]
      /** @description The devices that the key can see; null: all */
      devices: {
        /** @description Only devices with these ids; null: any */
        ids: string[] | null
        /**
         * @description Only devices with all of these labels; null: any
         * @example {
         *       "fleet": "north",
         *       "acme.example/contract": "4711"
         *     }
         */
        labels: {
          [key: string]: string
        } | null
      } | null
      /** @description The same as `devices.ids` */
      deviceIds: string[] | null
      /**
       * Format: date-time
       * @description UTC, our clock, with milliseconds
       */
      createdAt: string
      /** @description Id of the key that created it; admin: the first one */
      createdBy: string
      /**
       * Format: date-time
       * @description The key is refused from this time on; null: never
       */
      expiresAt: string | null
      /**
       * Format: date-time
       * @description Updated at most once an hour; null: never used
       */
      lastUsedAt: string | null
      /**
       * Format: date-time
       * @description UTC, our clock, with milliseconds
       */
      rotatedAt: string | null
      /**
       * Format: date-time
       * @description Until when the previous secret is accepted too
       */
      previousUntil: string | null
    }
    NewKey: {
      name?: string | null
      scopes: ('read' | 'command' | 'command:raw' | 'command:engine' | 'secrets' | 'admin' | 'share')[]
      devices?: components['schemas']['KeyDevices'] | null
      /** @description The same as `devices.ids` */
      deviceIds?: string[] | null
      /**
       * Format: date-time
       * @description Not later than that of the key that makes it, which is also the default
       * @example 2026-01-31T08:00:00Z
       */
      expiresAt?: string
    }
    /** @description The only devices that the key sees and changes; all others are unknown to it. With ids and labels both must hold. Left out, or one of them left out: as the key that makes it */
    KeyDevices: {
      /** @description Devices with one of these ids */
      ids?: string[] | null
      /**
       * @description Devices that have all of these labels at the time of a request. The key registers devices only with these labels, and removes them from no device
       * @example {
       *       "fleet": "north"
       *     }
       */
      labels?: {
        [key: string]: string
      }
    }
    KeyList: {
      items: components['schemas']['Key'][]
    }
    Rotation: {
      /**
       * @description Seconds for which the current secret is accepted beside the new one
       * @default 86400
       */
      overlapSeconds?: number
    }
    DeletedKeys: {
      keyId: string
      /** @description The deleted keys */
      deleted: components['schemas']['Key'][]
      /** @description Keys that it created, directly or through others, and that keep working */
      children: components['schemas']['Key'][]
    }
    MadeShare: components['schemas']['Share'] & {
      /** @description The bearer key of `GET /v1/shared`; shown only once */
      key: string
      /** @description The page to send to people, with the key behind `#`, which browsers send to no server. Its address is the public one of this installation, if one is set, otherwise that of the request. Null: this installation has no console */
      url: string | null
    }
    Share: {
      /** @description Also the `keyId` of its key */
      shareId: string
      name: string | null
      /**
       * Format: date-time
       * @description UTC, our clock, with milliseconds
       */
      createdAt: string
      /** @description Id of the key that created it */
      createdBy: string
      /**
       * Format: date-time
       * @description UTC, our clock, with milliseconds
       */
      expiresAt: string
      /**
       * Format: date-time
       * @description Updated at most once an hour; null: never used
       */
      lastUsedAt: string | null
    }
    NewShare: {
      /** @description What viewers see as the device's name; its name in the registry if left out */
      name?: string | null
      /**
       * @description Seconds for which the link works; not longer than the key that makes it
       * @default 86400
       */
      seconds?: number
    }
    ShareList: {
      items: components['schemas']['Share'][]
    }
    SharedDevice: {
      name: string | null
      online: boolean
      /**
       * Format: date-time
       * @description UTC, our clock, with milliseconds
       */
      lastSeen: string | null
      position: {
        /**
         * Format: date-time
         * @description UTC, the device's clock
         */
        fixTime: string
        latitude: number
        longitude: number
        speedKmh: number | null
        course: number | null
      } | null
      /**
       * Format: date-time
       * @description The link works until then
       */
      expiresAt: string
    }
    PlacePage: {
      items: components['schemas']['Place'][]
      nextCursor: string | null
      /** @description Path and query of the next page; null: this is the last page */
      next: string | null
    }
    Place: {
      placeId: string
      name: string
      shape: components['schemas']['Circle'] | components['schemas']['Polygon']
      deviceIds: string[] | null
      /**
       * @description Labels of the device; lists filter by them with `labels=name=value`
       * @example {
       *       "fleet": "north",
       *       "acme.example/contract": "4711"
       *     }
       */
      labels: {
        [key: string]: string
      } | null
      stayMinutes: number | null
      /**
       * Format: date-time
       * @description UTC, our clock, with milliseconds
       */
      createdAt: string
      /** @description Id of the key that created it. The place applies only to devices that this key may see */
      createdBy: string
      /**
       * Format: date-time
       * @description UTC, our clock, with milliseconds
       */
      changedAt: string
    }
    Circle: {
      /**
       * @description discriminator enum property added by openapi-typescript
       * @enum {string}
       */
      type: 'circle'
      center: {
        /** @example 52.52 */
        latitude: number
        /** @example 13.405 */
        longitude: number
      }
      /** @example 200 */
      radiusMeters: number
    }
    Polygon: {
      /**
       * @description discriminator enum property added by openapi-typescript
       * @enum {string}
       */
      type: 'polygon'
      /** @description In order, the first one not repeated. Edges are straight in latitude and longitude, as in GeoJSON, and may cross the 180° meridian, but not each other */
      corners: {
        /** @example 52.52 */
        latitude: number
        /** @example 13.405 */
        longitude: number
      }[]
    }
    NewPlace: {
      /** @example Depot */
      name: string
      shape: components['schemas']['Circle'] | components['schemas']['Polygon']
      /** @description Only these devices; null: all devices that the key sees */
      deviceIds?: string[] | null
      /**
       * @description Only devices that have all of these labels; null: any
       * @example {
       *       "fleet": "north"
       *     }
       */
      labels?: {
        [key: string]: string
      } | null
      /**
       * @description Minutes inside after which `place.stayed` is published, once per visit; null: never
       * @example 30
       */
      stayMinutes?: number | null
    }
    PlacePatch: {
      /** @example Depot */
      name?: string
      shape?: components['schemas']['Circle'] | components['schemas']['Polygon']
      /** @description Only these devices; null: all devices that the key sees */
      deviceIds?: string[] | null
      /**
       * @description Only devices that have all of these labels; null: any
       * @example {
       *       "fleet": "north"
       *     }
       */
      labels?: {
        [key: string]: string
      } | null
      /**
       * @description Minutes inside after which `place.stayed` is published, once per visit; null: never
       * @example 30
       */
      stayMinutes?: number | null
    }
    Address: {
      /**
       * @description `none`: there is no address here. `busy`: the limit of the geocoder is reached, retry in some seconds. `unavailable`: it failed within the last minute; the log says why
       * @enum {string}
       */
      outcome: 'found' | 'none' | 'busy' | 'unavailable'
      /** @description One line, at most 250 characters */
      address: string | null
      /** @description To be shown beside the address */
      attribution: {
        text: string
        url: string
      }
    }
    MadeWebhook: components['schemas']['Webhook'] & {
      /**
       * @description The secret that deliveries are signed with, for a library of Standard Webhooks; shown only once
       * @example whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD
       */
      secret: string
    }
    Webhook: {
      webhookId: string
      url: string
      events: string[]
      deviceIds: string[] | null
      /**
       * @description Labels of the device; lists filter by them with `labels=name=value`
       * @example {
       *       "fleet": "north",
       *       "acme.example/contract": "4711"
       *     }
       */
      labels: {
        [key: string]: string
      } | null
      description: string | null
      /**
       * @description failing: the last delivery failed. paused: nothing gets through, and nothing is sent before `pausedUntil`. disabled: nothing got through for 24 hours, or the receiver answered with 410
       * @enum {string}
       */
      state: 'active' | 'failing' | 'paused' | 'disabled' | 'expired'
      /**
       * Format: date-time
       * @description UTC, our clock, with milliseconds
       */
      failingSince: string | null
      /**
       * Format: date-time
       * @description UTC, our clock, with milliseconds
       */
      pausedUntil: string | null
      /**
       * Format: date-time
       * @description UTC, our clock, with milliseconds
       */
      disabledAt: string | null
      disabledReason: string | null
      /**
       * Format: date-time
       * @description UTC, our clock, with milliseconds
       */
      createdAt: string
      /** @description Id of the key that created it. The webhook only ever gets events of devices that this key saw */
      createdBy: string
      /**
       * Format: date-time
       * @description The webhook ends when the key that created it expires
       */
      expiresAt: string | null
    }
    NewWebhook: {
      /**
       * Format: uri
       * @description Where events are posted to: an https URL of a public host. An installation on one machine accepts http and private addresses when it is started with --webhook-private
       * @example https://hooks.example.com/h02
       */
      url: string
      /**
       * @description Types of events, or `*` alone for all except `device.moved`, which comes with each report of a device: name it where you want it
       * @default [
       *       "*"
       *     ]
       * @example [
       *       "alarm.raised",
       *       "alarm.cleared"
       *     ]
       */
      events?: (
        | '*'
        | 'device.added'
        | 'device.removed'
        | 'device.online'
        | 'device.offline'
        | 'device.silent'
        | 'device.moved'
        | 'device.moved-parked'
        | 'device.contested'
        | 'device.source-refused'
        | 'device.daily-limit'
        | 'alarm.raised'
        | 'alarm.cleared'
        | 'place.entered'
        | 'place.left'
        | 'place.stayed'
        | 'speed.exceeded'
        | 'speed.ok-again'
        | 'command.concluded'
        | 'command.corrected'
        | 'unknown-device.seen'
        | 'notifications.held-back'
        | 'setting.not-kept'
        | 'campaign.started'
        | 'campaign.paused'
        | 'campaign.resumed'
        | 'campaign.stopped'
        | 'campaign.cancelled'
        | 'campaign.finished'
        | 'webhook.disabled'
      )[]
      /** @description Only events of these devices; null: of all devices that the key sees */
      deviceIds?: string[] | null
      /**
       * @description Only events of devices that have all of these labels when the event happens; null: of any device
       * @example {
       *       "fleet": "north"
       *     }
       */
      labels?: {
        [key: string]: string
      } | null
      description?: string | null
    }
    WebhookList: {
      items: components['schemas']['Webhook'][]
    }
    WebhookPatch: {
      /**
       * Format: uri
       * @description Where events are posted to: an https URL of a public host. An installation on one machine accepts http and private addresses when it is started with --webhook-private
       * @example https://hooks.example.com/h02
       */
      url?: string
      /**
       * @description Types of events, or `*` alone for all except `device.moved`, which comes with each report of a device: name it where you want it
       * @example [
       *       "alarm.raised",
       *       "alarm.cleared"
       *     ]
       */
      events?: (
        | '*'
        | 'device.added'
        | 'device.removed'
        | 'device.online'
        | 'device.offline'
        | 'device.silent'
        | 'device.moved'
        | 'device.moved-parked'
        | 'device.contested'
        | 'device.source-refused'
        | 'device.daily-limit'
        | 'alarm.raised'
        | 'alarm.cleared'
        | 'place.entered'
        | 'place.left'
        | 'place.stayed'
        | 'speed.exceeded'
        | 'speed.ok-again'
        | 'command.concluded'
        | 'command.corrected'
        | 'unknown-device.seen'
        | 'notifications.held-back'
        | 'setting.not-kept'
        | 'campaign.started'
        | 'campaign.paused'
        | 'campaign.resumed'
        | 'campaign.stopped'
        | 'campaign.cancelled'
        | 'campaign.finished'
        | 'webhook.disabled'
      )[]
      /** @description Only events of these devices; null: of all devices that the key sees */
      deviceIds?: string[] | null
      /**
       * @description Only events of devices that have all of these labels when the event happens; null: of any device
       * @example {
       *       "fleet": "north"
       *     }
       */
      labels?: {
        [key: string]: string
      } | null
      description?: string | null
    }
    RotatedWebhook: {
      webhookId: string
      /**
       * @description The secret that deliveries are signed with, for a library of Standard Webhooks; shown only once
       * @example whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD
       */
      secret: string
      /**
       * Format: date-time
       * @description UTC, our clock, with milliseconds
       */
      previousUntil: string
    }
    WebhookRotation: {
      /**
       * @description Seconds for which deliveries are also signed with the current secret
       * @default 86400
       */
      overlapSeconds?: number
    }
    Delivery: {
      deliveryId: string
      eventId: string
      type: string
      deviceId: string | null
      /** @enum {string} */
      kind: 'event' | 'redelivery' | 'test'
      /**
       * Format: date-time
       * @description When it was sent, or dropped
       */
      at: string
      /** @description How often it was due; while the webhook is paused, nothing is sent on some of these attempts */
      attempt: number
      /**
       * @description failed: it is sent again, unless someone asked for it. dropped: it is not, because the webhook is disabled or has expired, or because this event failed for 24 hours while others succeeded
       * @enum {string}
       */
      outcome: 'delivered' | 'failed' | 'dropped'
      /** @description HTTP status of the answer; null: there was no answer */
      status: number | null
      latencyMs: number | null
      /** @description The first 1,024 characters of the answer */
      answer: string | null
      /** @description Why there was no answer, or no request */
      error: string | null
    }
    DeliveryList: {
      items: components['schemas']['Delivery'][]
    }
    NoticeChannel: {
      channelId: string
      name: string
      /** @enum {string} */
      kind: 'ntfy' | 'telegram' | 'pushover' | 'webhook' | 'email'
      /**
       * @description The target without topics, tokens, keys and paths, which are not shown again
       * @example ntfy.sh
       */
      where: string
      /**
       * Format: date-time
       * @description UTC, our clock, with milliseconds
       */
      lastDeliveredAt: string | null
      /**
       * Format: date-time
       * @description Null: nothing has failed since the last delivery
       */
      lastFailureAt: string | null
      /**
       * @description The obstacle, or the answer of the service
       * @example HTTP 401: unauthorized
       */
      lastFailure: string | null
      /**
       * Format: date-time
       * @description UTC, our clock, with milliseconds
       */
      createdAt: string
      createdBy: string
    }
    NewNoticeChannel: {
      /** @example My phone */
      name: string
      target: components['schemas']['NoticeTarget']
    }
    NoticeTarget:
      | components['schemas']['NtfyTarget']
      | components['schemas']['TelegramTarget']
      | components['schemas']['PushoverTarget']
      | components['schemas']['WebhookTarget']
      | components['schemas']['EmailTarget']
    NtfyTarget: {
      /**
       * @description discriminator enum property added by openapi-typescript
       * @enum {string}
       */
      kind: 'ntfy'
      /**
       * Format: uri
       * @description The server: an https URL without a query
       * @default https://ntfy.sh
       * @example https://ntfy.sh
       */
      server?: string
      /** @description a topic of 1 to 64 letters, digits, _ and -. It is not shown again */
      topic: string
      /** @description an access token of the server. It is not shown again */
      token?: string | null
    }
    TelegramTarget: {
      /**
       * @description discriminator enum property added by openapi-typescript
       * @enum {string}
       */
      kind: 'telegram'
      /** @description the token of a bot, as BotFather gives it. It is not shown again */
      botToken: string
      /** @example -1001234567890 */
      chat: string
    }
    PushoverTarget: {
      /**
       * @description discriminator enum property added by openapi-typescript
       * @enum {string}
       */
      kind: 'pushover'
      /** @description the token of an application. It is not shown again */
      appToken: string
      /** @description the key of a user or a group. It is not shown again */
      userKey: string
    }
    WebhookTarget: {
      /**
       * @description discriminator enum property added by openapi-typescript
       * @enum {string}
       */
      kind: 'webhook'
      /**
       * Format: uri
       * @description Where notices are posted to as JSON. Its host alone is shown again
       * @example https://hooks.example.com/notices
       */
      url: string
    }
    EmailTarget: {
      /**
       * @description discriminator enum property added by openapi-typescript
       * @enum {string}
       */
      kind: 'email'
      /**
       * Format: email
       * @description SNS first asks the owner of the address for consent. On AWS only
       * @example me@example.com
       */
      address: string
    }
    NoticeChannelList: {
      items: components['schemas']['NoticeChannel'][]
      /** @description Services of `--notify`: they get these events without a rule */
      fromCommandLine: {
        /** @enum {string} */
        kind: 'ntfy' | 'telegram' | 'pushover' | 'webhook' | 'email'
        name: string
        events: string[]
      }[]
    }
    NoticeChannelPatch: {
      /** @example My phone */
      name?: string
      target?: components['schemas']['NoticeTarget']
    }
    NoticeRule: {
      ruleId: string
      name: string
      on: string[]
      deviceIds: string[] | null
      /**
       * @description Labels of the device; lists filter by them with `labels=name=value`
       * @example {
       *       "fleet": "north",
       *       "acme.example/contract": "4711"
       *     }
       */
      labels: {
        [key: string]: string
      } | null
      places: string[] | null
      channels: string[]
      quietHours: {
        from: string
        to: string
        timeZone: string
        days: ('mon' | 'tue' | 'wed' | 'thu' | 'fri' | 'sat' | 'sun')[] | null
        except: string[]
      } | null
      format: {
        /** @enum {string} */
        language: 'en' | 'de'
        /** @enum {string} */
        units: 'metric' | 'imperial'
        timeZone: string | null
      } | null
      debounceMinutes: number
      enabled: boolean
      /**
       * Format: date-time
       * @description UTC, our clock, with milliseconds
       */
      createdAt: string
      /** @description Id of the key that created it. It notifies only about devices that this key may see */
      createdBy: string
      /**
       * Format: date-time
       * @description The rule ends when the key that created it expires
       */
      expiresAt: string | null
    }
    NewNoticeRule: {
      /** @example My car */
      name: string
      /**
       * @description Types of events; after a colon one alarm alone. `alarm.raised:moved` is moved while parked as the tracker reports it, `device.moved-parked` as the positions show it
       * @example [
       *       "alarm.raised:power-cut",
       *       "alarm.raised:moved",
       *       "device.moved-parked",
       *       "device.silent"
       *     ]
       */
      on: components['schemas']['NoticeKind'][]
      /** @description Only events of these devices; null: of all devices that the key sees */
      deviceIds?: string[] | null
      /**
       * @description Only events of devices that have all of these labels when the event happens; null: of any device
       * @example {
       *       "fleet": "north"
       *     }
       */
      labels?: {
        [key: string]: string
      } | null
      /** @description Only events about these places; null: about any place. Other events are not affected */
      places?: string[] | null
      /** @description Who is notified: ids of channels */
      channels: string[]
      /** @description When nothing is sent; what was held back is summed up in one notice when they end. Null: never quiet */
      quietHours?: {
        /** @example 22:00 */
        from: string
        /**
         * @description If it is before `from`, it is on the next day
         * @example 06:00
         */
        to: string
        /**
         * @description Time zone of `from` and `to`: an IANA name
         * @example Europe/Berlin
         */
        timeZone: string
        /** @description The days on which quiet hours begin; null: every day */
        days?: ('mon' | 'tue' | 'wed' | 'thu' | 'fri' | 'sat' | 'sun')[] | null
        /**
         * @description Kinds that are sent anyway; by default an SOS, a power cut, and what may be a theft: moved while parked, theft, a start without permission, a fence that was left, an alarm without a name
         * @default [
         *       "alarm.raised:sos",
         *       "alarm.raised:power-cut",
         *       "alarm.raised:power-off",
         *       "alarm.raised:moved",
         *       "device.moved-parked",
         *       "alarm.raised:theft",
         *       "alarm.raised:illegal-start",
         *       "alarm.raised:fence-out",
         *       "alarm.raised:alarm"
         *     ]
         * @example [
         *       "alarm.raised:sos",
         *       "alarm.raised:power-cut",
         *       "alarm.raised:power-off",
         *       "alarm.raised:moved",
         *       "device.moved-parked",
         *       "alarm.raised:theft",
         *       "alarm.raised:illegal-start",
         *       "alarm.raised:fence-out",
         *       "alarm.raised:alarm"
         *     ]
         */
        except?: components['schemas']['NoticeKind'][]
      } | null
      /** @description How notices are written; null: in English, with metric units */
      format?: {
        /**
         * @default en
         * @enum {string}
         */
        language?: 'en' | 'de'
        /**
         * @default metric
         * @enum {string}
         */
        units?: 'metric' | 'imperial'
        /**
         * @description An IANA name; null: that of the quiet hours, else UTC
         * @example Europe/Berlin
         */
        timeZone?: string | null
      } | null
      /**
       * @description Minutes in which the same kind of event of one device is sent only once; repeats are summed up; 5 if left out
       * @default 5
       */
      debounceMinutes?: number
      /** @default true */
      enabled?: boolean
    }
    /** @enum {string} */
    NoticeKind:
      | 'device.added'
      | 'device.removed'
      | 'device.online'
      | 'device.offline'
      | 'device.silent'
      | 'device.moved-parked'
      | 'device.contested'
      | 'device.source-refused'
      | 'device.daily-limit'
      | 'alarm.raised'
      | 'alarm.cleared'
      | 'place.entered'
      | 'place.left'
      | 'place.stayed'
      | 'speed.exceeded'
      | 'speed.ok-again'
      | 'command.concluded'
      | 'command.corrected'
      | 'unknown-device.seen'
      | 'setting.not-kept'
      | 'campaign.started'
      | 'campaign.paused'
      | 'campaign.resumed'
      | 'campaign.stopped'
      | 'campaign.cancelled'
      | 'campaign.finished'
      | 'webhook.disabled'
      | 'alarm.raised:theft'
      | 'alarm.raised:sos'
      | 'alarm.raised:overspeed'
      | 'alarm.raised:illegal-start'
      | 'alarm.raised:fence-in'
      | 'alarm.raised:antenna-open'
      | 'alarm.raised:antenna-short'
      | 'alarm.raised:fence-out'
      | 'alarm.raised:low-power'
      | 'alarm.raised:vibration'
      | 'alarm.raised:power-cut'
      | 'alarm.raised:moved'
      | 'alarm.raised:power-off'
      | 'alarm.raised:low-battery'
      | 'alarm.raised:ignition-on'
      | 'alarm.raised:ignition-off'
      | 'alarm.raised:alarm'
      | 'alarm.cleared:theft'
      | 'alarm.cleared:sos'
      | 'alarm.cleared:overspeed'
      | 'alarm.cleared:illegal-start'
      | 'alarm.cleared:fence-in'
      | 'alarm.cleared:antenna-open'
      | 'alarm.cleared:antenna-short'
      | 'alarm.cleared:fence-out'
      | 'alarm.cleared:low-power'
      | 'alarm.cleared:vibration'
      | 'alarm.cleared:power-cut'
      | 'alarm.cleared:moved'
      | 'alarm.cleared:power-off'
      | 'alarm.cleared:low-battery'
      | 'alarm.cleared:ignition-on'
      | 'alarm.cleared:ignition-off'
      | 'alarm.cleared:alarm'
    NoticeRuleList: {
      items: components['schemas']['NoticeRule'][]
    }
    NoticeRulePatch: {
      /** @example My car */
      name?: string
      /**
       * @description Types of events; after a colon one alarm alone. `alarm.raised:moved` is moved while parked as the tracker reports it, `device.moved-parked` as the positions show it
       * @example [
       *       "alarm.raised:power-cut",
       *       "alarm.raised:moved",
       *       "device.moved-parked",
       *       "device.silent"
       *     ]
       */
      on?: components['schemas']['NoticeKind'][]
      /** @description Only events of these devices; null: of all devices that the key sees */
      deviceIds?: string[] | null
      /**
       * @description Only events of devices that have all of these labels when the event happens; null: of any device
       * @example {
       *       "fleet": "north"
       *     }
       */
      labels?: {
        [key: string]: string
      } | null
      /** @description Only events about these places; null: about any place. Other events are not affected */
      places?: string[] | null
      /** @description Who is notified: ids of channels */
      channels?: string[]
      /** @description When nothing is sent; what was held back is summed up in one notice when they end. Null: never quiet */
      quietHours?: {
        /** @example 22:00 */
        from: string
        /**
         * @description If it is before `from`, it is on the next day
         * @example 06:00
         */
        to: string
        /**
         * @description Time zone of `from` and `to`: an IANA name
         * @example Europe/Berlin
         */
        timeZone: string
        /** @description The days on which quiet hours begin; null: every day */
        days?: ('mon' | 'tue' | 'wed' | 'thu' | 'fri' | 'sat' | 'sun')[] | null
        /**
         * @description Kinds that are sent anyway; by default an SOS, a power cut, and what may be a theft: moved while parked, theft, a start without permission, a fence that was left, an alarm without a name
         * @default [
         *       "alarm.raised:sos",
         *       "alarm.raised:power-cut",
         *       "alarm.raised:power-off",
         *       "alarm.raised:moved",
         *       "device.moved-parked",
         *       "alarm.raised:theft",
         *       "alarm.raised:illegal-start",
         *       "alarm.raised:fence-out",
         *       "alarm.raised:alarm"
         *     ]
         * @example [
         *       "alarm.raised:sos",
         *       "alarm.raised:power-cut",
         *       "alarm.raised:power-off",
         *       "alarm.raised:moved",
         *       "device.moved-parked",
         *       "alarm.raised:theft",
         *       "alarm.raised:illegal-start",
         *       "alarm.raised:fence-out",
         *       "alarm.raised:alarm"
         *     ]
         */
        except?: components['schemas']['NoticeKind'][]
      } | null
      /** @description How notices are written; null: in English, with metric units */
      format?: {
        /**
         * @default en
         * @enum {string}
         */
        language?: 'en' | 'de'
        /**
         * @default metric
         * @enum {string}
         */
        units?: 'metric' | 'imperial'
        /**
         * @description An IANA name; null: that of the quiet hours, else UTC
         * @example Europe/Berlin
         */
        timeZone?: string | null
      } | null
      /** @description Minutes in which the same kind of event of one device is sent only once; repeats are summed up; 5 if left out */
      debounceMinutes?: number
      enabled?: boolean
    }
  }
  responses: {
    /** @description `unauthorized`: Unauthorized */
    Unauthorized: {
      headers: {
        [name: string]: unknown
      }
      content: {
        'application/problem+json': components['schemas']['Problem'] & {
          /** @enum {unknown} */
          type?: 'urn:h02:problem:unauthorized'
        }
      }
    }
    /** @description `too-many-requests`: Too many requests */
    TooManyRequests: {
      headers: {
        [name: string]: unknown
      }
      content: {
        'application/problem+json': components['schemas']['Problem'] & {
          /** @enum {unknown} */
          type?: 'urn:h02:problem:too-many-requests'
        }
      }
    }
    /** @description `internal`: Internal error */
    Internal: {
      headers: {
        [name: string]: unknown
      }
      content: {
        'application/problem+json': components['schemas']['Problem'] & {
          /** @enum {unknown} */
          type?: 'urn:h02:problem:internal'
        }
      }
    }
  }
  parameters: never
  requestBodies: never
  headers: never
  pathItems: never
}
export type $defs = Record<string, never>
export interface operations {
  getHealth: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description The API is running */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            /** @enum {string} */
            status: 'ok'
          }
        }
      }
    }
  }
  getOpenApi: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description An OpenAPI 3.1 document */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': {
            openapi: string
          } & {
            [key: string]: unknown
          }
        }
      }
    }
  }
  getConsoleConfig: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description How to sign in, and where to connect; contains no secrets */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['ConsoleConfig']
        }
      }
    }
  }
  getConsole: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description The page */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'text/html': string
        }
      }
      /** @description `not-found`: Not found */
      404: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:not-found'
          }
        }
      }
    }
  }
  listDevices: {
    parameters: {
      query?: {
        /** @description Maximum number of items in the page */
        limit?: number
        /** @description `nextCursor` of the previous page; send the other parameters unchanged */
        cursor?: string
        /** @description Part of the id or the name */
        q?: string
        /** @description Exactly this model */
        model?: string
        /** @description true: only devices with a session; false: only devices without one */
        online?: 'true' | 'false'
        /** @description Only devices with all of these labels: `name=value`, or a name alone for any value, separated by commas. `\,` is a comma within a value */
        labels?: string
      }
      header?: never
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description A page of devices */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['DevicePage']
        }
      }
      /** @description `invalid-request`: Invalid request. `invalid-cursor`: Invalid cursor */
      400: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:invalid-request' | 'urn:h02:problem:invalid-cursor'
          }
        }
      }
      401: components['responses']['Unauthorized']
      /** @description `forbidden`: Missing scope */
      403: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:forbidden'
          }
        }
      }
      429: components['responses']['TooManyRequests']
      500: components['responses']['Internal']
    }
  }
  registerDevices: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody: {
      content: {
        'application/json': components['schemas']['NewDevice'] | components['schemas']['NewDevice'][]
        'text/csv': string
      }
    }
    responses: {
      /** @description No device is new */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['RegistrationResult']
        }
      }
      /** @description At least one device is new */
      201: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['RegistrationResult']
        }
      }
      /** @description `invalid-request`: Invalid request */
      400: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:invalid-request'
          }
        }
      }
      401: components['responses']['Unauthorized']
      /** @description `forbidden`: Missing scope */
      403: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:forbidden'
          }
        }
      }
      /** @description `too-large`: Body too large */
      413: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:too-large'
          }
        }
      }
      /** @description `unsupported-media-type`: Unsupported media type */
      415: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:unsupported-media-type'
          }
        }
      }
      /** @description `nothing-accepted`: No row accepted */
      422: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:nothing-accepted'
          }
        }
      }
      429: components['responses']['TooManyRequests']
      500: components['responses']['Internal']
    }
  }
  getDevice: {
    parameters: {
      query?: never
      header?: never
      path: {
        /** @description The id that the tracker sends: 1 to 15 digits */
        deviceId: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description The device */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['Device']
        }
      }
      /** @description `invalid-request`: Invalid request. `invalid-path`: Invalid path */
      400: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:invalid-request' | 'urn:h02:problem:invalid-path'
          }
        }
      }
      401: components['responses']['Unauthorized']
      /** @description `forbidden`: Missing scope */
      403: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:forbidden'
          }
        }
      }
      /** @description `not-found`: Not found */
      404: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:not-found'
          }
        }
      }
      429: components['responses']['TooManyRequests']
      500: components['responses']['Internal']
    }
  }
  deleteDevice: {
    parameters: {
      query?: never
      header?: never
      path: {
        /** @description The id that the tracker sends: 1 to 15 digits */
        deviceId: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description The deletion has begun */
      202: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['Deletion']
        }
      }
      /** @description `invalid-request`: Invalid request. `invalid-path`: Invalid path */
      400: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:invalid-request' | 'urn:h02:problem:invalid-path'
          }
        }
      }
      401: components['responses']['Unauthorized']
      /** @description `forbidden`: Missing scope */
      403: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:forbidden'
          }
        }
      }
      /** @description `not-found`: Not found */
      404: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:not-found'
          }
        }
      }
      /** @description `too-large`: Body too large */
      413: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:too-large'
          }
        }
      }
      429: components['responses']['TooManyRequests']
      500: components['responses']['Internal']
    }
  }
  updateDevice: {
    parameters: {
      query?: never
      header?: never
      path: {
        /** @description The id that the tracker sends: 1 to 15 digits */
        deviceId: string
      }
      cookie?: never
    }
    requestBody: {
      content: {
        'application/json': components['schemas']['DevicePatch']
      }
    }
    responses: {
      /** @description The device as it is now */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['Device']
        }
      }
      /** @description `invalid-request`: Invalid request. `invalid-path`: Invalid path */
      400: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:invalid-request' | 'urn:h02:problem:invalid-path'
          }
        }
      }
      401: components['responses']['Unauthorized']
      /** @description `forbidden`: Missing scope. `relay-off`: Relays are off */
      403: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:forbidden' | 'urn:h02:problem:relay-off'
          }
        }
      }
      /** @description `not-found`: Not found */
      404: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:not-found'
          }
        }
      }
      /** @description `too-large`: Body too large */
      413: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:too-large'
          }
        }
      }
      /** @description `unsupported-media-type`: Unsupported media type */
      415: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:unsupported-media-type'
          }
        }
      }
      /** @description `unsafe-text`: Unsafe text */
      422: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:unsafe-text'
          }
        }
      }
      429: components['responses']['TooManyRequests']
      500: components['responses']['Internal']
    }
  }
  listLastPositions: {
    parameters: {
      query?: {
        /** @description Maximum number of items in the page */
        limit?: number
        /** @description `nextCursor` of the previous page; send the other parameters unchanged */
        cursor?: string
        /** @description Only devices with all of these labels: `name=value`, or a name alone for any value, separated by commas. `\,` is a comma within a value */
        labels?: string
      }
      header?: never
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description A page of last positions */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['FleetPositionPage']
        }
      }
      /** @description `invalid-request`: Invalid request. `invalid-cursor`: Invalid cursor */
      400: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:invalid-request' | 'urn:h02:problem:invalid-cursor'
          }
        }
      }
      401: components['responses']['Unauthorized']
      /** @description `forbidden`: Missing scope */
      403: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:forbidden'
          }
        }
      }
      429: components['responses']['TooManyRequests']
      500: components['responses']['Internal']
    }
  }
  listPositions: {
    parameters: {
      query?: {
        /** @description Inclusive. By the device's clock where it can be trusted, else by when we received it */
        from?: string
        /** @description Exclusive. By the device's clock where it can be trusted, else by when we received it */
        to?: string
        /** @description desc: newest first */
        order?: 'desc' | 'asc'
        /** @description Maximum number of items in the page */
        limit?: number
        /** @description `nextCursor` of the previous page; send the other parameters unchanged */
        cursor?: string
        /** @description Also fixes without satellites or coordinates */
        void?: 'include'
        /** @description Instead of an Accept header */
        format?: 'json' | 'geojson' | 'csv' | 'gpx' | 'ndjson'
      }
      header?: never
      path: {
        /** @description The id that the tracker sends: 1 to 15 digits */
        deviceId: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description A page of positions */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['PositionPage']
          'application/geo+json': {
            /** @enum {string} */
            type: 'FeatureCollection'
          } & {
            [key: string]: unknown
          }
          'text/csv': string
          'application/gpx+xml': string
          'application/x-ndjson': string
        }
      }
      /** @description `invalid-request`: Invalid request. `invalid-path`: Invalid path. `invalid-cursor`: Invalid cursor */
      400: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?:
              | 'urn:h02:problem:invalid-request'
              | 'urn:h02:problem:invalid-path'
              | 'urn:h02:problem:invalid-cursor'
          }
        }
      }
      401: components['responses']['Unauthorized']
      /** @description `forbidden`: Missing scope */
      403: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:forbidden'
          }
        }
      }
      /** @description `not-found`: Not found */
      404: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:not-found'
          }
        }
      }
      /** @description `not-acceptable`: Not acceptable */
      406: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:not-acceptable'
          }
        }
      }
      429: components['responses']['TooManyRequests']
      500: components['responses']['Internal']
    }
  }
  exportPositions: {
    parameters: {
      query: {
        /** @description Inclusive. By the device's clock where it can be trusted, else by when we received it */
        from: string
        /** @description Exclusive. By the device's clock where it can be trusted, else by when we received it */
        to: string
        /** @description The format of the file */
        format: 'csv' | 'gpx' | 'geojson' | 'ndjson'
        /** @description Also fixes without satellites or coordinates */
        void?: 'include'
        /** @description `nextCursor` of the previous page; send the other parameters unchanged */
        cursor?: string
      }
      header?: never
      path: {
        /** @description The id that the tracker sends: 1 to 15 digits */
        deviceId: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description The file, or a part of it */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'text/csv': string
          'application/gpx+xml': string
          'application/geo+json': {
            /** @enum {string} */
            type: 'FeatureCollection'
          } & {
            [key: string]: unknown
          }
          'application/x-ndjson': string
        }
      }
      /** @description `invalid-request`: Invalid request. `invalid-path`: Invalid path. `invalid-cursor`: Invalid cursor */
      400: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?:
              | 'urn:h02:problem:invalid-request'
              | 'urn:h02:problem:invalid-path'
              | 'urn:h02:problem:invalid-cursor'
          }
        }
      }
      401: components['responses']['Unauthorized']
      /** @description `forbidden`: Missing scope */
      403: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:forbidden'
          }
        }
      }
      /** @description `not-found`: Not found */
      404: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:not-found'
          }
        }
      }
      429: components['responses']['TooManyRequests']
      500: components['responses']['Internal']
    }
  }
  listTrips: {
    parameters: {
      query: {
        /** @description Inclusive. By the device's clock where it can be trusted, else by when we received it */
        from: string
        /** @description Exclusive. By the device's clock where it can be trusted, else by when we received it */
        to: string
      }
      header?: never
      path: {
        /** @description The id that the tracker sends: 1 to 15 digits */
        deviceId: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description All trips and stops, without pages */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['TripList']
        }
      }
      /** @description `invalid-request`: Invalid request. `invalid-path`: Invalid path */
      400: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:invalid-request' | 'urn:h02:problem:invalid-path'
          }
        }
      }
      401: components['responses']['Unauthorized']
      /** @description `forbidden`: Missing scope */
      403: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:forbidden'
          }
        }
      }
      /** @description `not-found`: Not found */
      404: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:not-found'
          }
        }
      }
      429: components['responses']['TooManyRequests']
      500: components['responses']['Internal']
    }
  }
  summarizeTrips: {
    parameters: {
      query: {
        /** @description Inclusive */
        firstDay: string
        /** @description Inclusive */
        lastDay: string
        /** @description The time zone in which days begin: an IANA name */
        timeZone?: string
      }
      header?: never
      path: {
        /** @description The id that the tracker sends: 1 to 15 digits */
        deviceId: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description The days and their sum */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['TripSummary']
        }
      }
      /** @description `invalid-request`: Invalid request. `invalid-path`: Invalid path */
      400: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:invalid-request' | 'urn:h02:problem:invalid-path'
          }
        }
      }
      401: components['responses']['Unauthorized']
      /** @description `forbidden`: Missing scope */
      403: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:forbidden'
          }
        }
      }
      /** @description `not-found`: Not found */
      404: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:not-found'
          }
        }
      }
      429: components['responses']['TooManyRequests']
      500: components['responses']['Internal']
    }
  }
  diagnoseDevice: {
    parameters: {
      query?: never
      header?: never
      path: {
        /** @description The id that the tracker sends: 1 to 15 digits */
        deviceId: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description The current verdict */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['Diagnosis']
        }
      }
      /** @description `invalid-request`: Invalid request. `invalid-path`: Invalid path */
      400: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:invalid-request' | 'urn:h02:problem:invalid-path'
          }
        }
      }
      401: components['responses']['Unauthorized']
      /** @description `forbidden`: Missing scope */
      403: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:forbidden'
          }
        }
      }
      /** @description `not-found`: Not found */
      404: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:not-found'
          }
        }
      }
      429: components['responses']['TooManyRequests']
      500: components['responses']['Internal']
    }
  }
  listFrames: {
    parameters: {
      query?: {
        /** @description Inclusive. By the device's clock where it can be trusted, else by when we received it */
        from?: string
        /** @description Exclusive. By the device's clock where it can be trusted, else by when we received it */
        to?: string
        /** @description desc: newest first */
        order?: 'desc' | 'asc'
        /** @description Maximum number of items in the page */
        limit?: number
        /** @description `nextCursor` of the previous page; send the other parameters unchanged */
        cursor?: string
        /** @description Message types, such as V1,SMS; $ and X are binary; rest: bytes that are not a frame */
        type?: string
        /** @description Some of up,down,upstream,session */
        direction?: string
      }
      header?: never
      path: {
        /** @description The id that the tracker sends: 1 to 15 digits */
        deviceId: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description A page of frames */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['FramePage']
        }
      }
      /** @description `invalid-request`: Invalid request. `invalid-path`: Invalid path. `invalid-cursor`: Invalid cursor */
      400: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?:
              | 'urn:h02:problem:invalid-request'
              | 'urn:h02:problem:invalid-path'
              | 'urn:h02:problem:invalid-cursor'
          }
        }
      }
      401: components['responses']['Unauthorized']
      /** @description `forbidden`: Missing scope */
      403: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:forbidden'
          }
        }
      }
      /** @description `not-found`: Not found */
      404: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:not-found'
          }
        }
      }
      429: components['responses']['TooManyRequests']
      500: components['responses']['Internal']
    }
  }
  getCatalogue: {
    parameters: {
      query?: never
      header?: never
      path: {
        /** @description The id that the tracker sends: 1 to 15 digits */
        deviceId: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description The commands, most requested first */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['Catalogue']
        }
      }
      /** @description `invalid-request`: Invalid request. `invalid-path`: Invalid path */
      400: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:invalid-request' | 'urn:h02:problem:invalid-path'
          }
        }
      }
      401: components['responses']['Unauthorized']
      /** @description `forbidden`: Missing scope */
      403: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:forbidden'
          }
        }
      }
      /** @description `not-found`: Not found */
      404: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:not-found'
          }
        }
      }
      429: components['responses']['TooManyRequests']
      500: components['responses']['Internal']
    }
  }
  listCommands: {
    parameters: {
      query?: {
        /** @description Only commands in this state */
        state?: 'queued' | 'dispatching' | 'sent' | 'concluded'
        /** @description Only commands that ended in this verdict */
        verdict?:
          | 'undelivered'
          | 'rejected'
          | 'contradicted'
          | 'confirmed'
          | 'unconfirmed'
          | 'answered'
          | 'unknown'
          | 'unanswered'
        /** @description raw: bytes the catalogue does not know */
        intent?: string
        /** @description Created at this time or later */
        from?: string
        /** @description Created before this time */
        to?: string
        /** @description Maximum number of items in the page */
        limit?: number
        /** @description `nextCursor` of the previous page; send the other parameters unchanged */
        cursor?: string
      }
      header?: never
      path: {
        /** @description The id that the tracker sends: 1 to 15 digits */
        deviceId: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description A page of commands; GET one for its timeline */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['CommandPage']
        }
      }
      /** @description `invalid-request`: Invalid request. `invalid-path`: Invalid path. `invalid-cursor`: Invalid cursor */
      400: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?:
              | 'urn:h02:problem:invalid-request'
              | 'urn:h02:problem:invalid-path'
              | 'urn:h02:problem:invalid-cursor'
          }
        }
      }
      401: components['responses']['Unauthorized']
      /** @description `forbidden`: Missing scope */
      403: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:forbidden'
          }
        }
      }
      /** @description `not-found`: Not found */
      404: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:not-found'
          }
        }
      }
      429: components['responses']['TooManyRequests']
      500: components['responses']['Internal']
    }
  }
  sendCommand: {
    parameters: {
      query?: never
      header?: {
        /** @description Makes a repeated request harmless: for a day, the same key with the same request creates nothing new and answers with the current state of what the first one created */
        'idempotency-key'?: string
        /** @description wait=N: answer at the first reply or verdict, or after N seconds (at most 25). At most half of the concurrency of the API may wait: beyond that the answer comes at once, without Preference-Applied */
        prefer?: string
      }
      path: {
        /** @description The id that the tracker sends: 1 to 15 digits */
        deviceId: string
      }
      cookie?: never
    }
    requestBody: {
      content: {
        'application/json': components['schemas']['Order']
      }
    }
    responses: {
      /** @description The device replied, or the command concluded, within the requested time (Prefer: wait=N) */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['Command']
        }
      }
      /** @description Dangerous: nothing is sent before it is confirmed */
      201: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['ToConfirm']
        }
      }
      /** @description Created; `state` is its progress. `Location` is its path */
      202: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['Command']
        }
      }
      /** @description `invalid-request`: Invalid request. `invalid-path`: Invalid path */
      400: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:invalid-request' | 'urn:h02:problem:invalid-path'
          }
        }
      }
      401: components['responses']['Unauthorized']
      /** @description `forbidden`: Missing scope. `engine-commands-off`: Engine commands are off */
      403: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:forbidden' | 'urn:h02:problem:engine-commands-off'
          }
        }
      }
      /** @description `not-found`: Not found */
      404: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:not-found'
          }
        }
      }
      /** @description `duplicate-command`: Duplicate command. `queue-full`: Queue full. `device-offline`: Device offline. `device-busy`: Device busy. `device-contested`: Device contested */
      409: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?:
              | 'urn:h02:problem:duplicate-command'
              | 'urn:h02:problem:queue-full'
              | 'urn:h02:problem:device-offline'
              | 'urn:h02:problem:device-busy'
              | 'urn:h02:problem:device-contested'
          }
        }
      }
      /** @description `too-large`: Body too large */
      413: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:too-large'
          }
        }
      }
      /** @description `unsupported-media-type`: Unsupported media type */
      415: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:unsupported-media-type'
          }
        }
      }
      /** @description `unsafe-text`: Unsafe text. `unsafe-bytes`: Unsafe bytes. `confirm-required`: Confirmation required. `idempotency-key-reused`: Idempotency-Key reused */
      422: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?:
              | 'urn:h02:problem:unsafe-text'
              | 'urn:h02:problem:unsafe-bytes'
              | 'urn:h02:problem:confirm-required'
              | 'urn:h02:problem:idempotency-key-reused'
          }
        }
      }
      429: components['responses']['TooManyRequests']
      500: components['responses']['Internal']
    }
  }
  cancelWaitingCommands: {
    parameters: {
      query?: never
      header?: never
      path: {
        /** @description The id that the tracker sends: 1 to 15 digits */
        deviceId: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description The cancelled commands; empty if none was waiting */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['Flushed']
        }
      }
      /** @description `invalid-request`: Invalid request. `invalid-path`: Invalid path */
      400: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:invalid-request' | 'urn:h02:problem:invalid-path'
          }
        }
      }
      401: components['responses']['Unauthorized']
      /** @description `forbidden`: Missing scope */
      403: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:forbidden'
          }
        }
      }
      /** @description `not-found`: Not found */
      404: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:not-found'
          }
        }
      }
      /** @description `too-large`: Body too large */
      413: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:too-large'
          }
        }
      }
      429: components['responses']['TooManyRequests']
      500: components['responses']['Internal']
    }
  }
  confirmCommand: {
    parameters: {
      query?: never
      header?: {
        /** @description Makes a repeated request harmless: for a day, the same key with the same request creates nothing new and answers with the current state of what the first one created */
        'idempotency-key'?: string
        /** @description wait=N: answer at the first reply or verdict, or after N seconds (at most 25). At most half of the concurrency of the API may wait: beyond that the answer comes at once, without Preference-Applied */
        prefer?: string
      }
      path: {
        /** @description The id that the tracker sends: 1 to 15 digits */
        deviceId: string
      }
      cookie?: never
    }
    requestBody: {
      content: {
        'application/json': components['schemas']['Confirm']
      }
    }
    responses: {
      /** @description The device replied, or the command concluded, within the requested time (Prefer: wait=N) */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['Command']
        }
      }
      /** @description Created; `state` is its progress. `Location` is its path */
      202: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['Command']
        }
      }
      /** @description `invalid-request`: Invalid request. `invalid-path`: Invalid path */
      400: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:invalid-request' | 'urn:h02:problem:invalid-path'
          }
        }
      }
      401: components['responses']['Unauthorized']
      /** @description `forbidden`: Missing scope. `engine-commands-off`: Engine commands are off */
      403: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:forbidden' | 'urn:h02:problem:engine-commands-off'
          }
        }
      }
      /** @description `not-found`: Not found */
      404: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:not-found'
          }
        }
      }
      /** @description `device-offline`: Device offline. `device-busy`: Device busy. `device-contested`: Device contested */
      409: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?:
              | 'urn:h02:problem:device-offline'
              | 'urn:h02:problem:device-busy'
              | 'urn:h02:problem:device-contested'
          }
        }
      }
      /** @description `confirmation-gone`: Nothing to confirm */
      410: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:confirmation-gone'
          }
        }
      }
      /** @description `too-large`: Body too large */
      413: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:too-large'
          }
        }
      }
      /** @description `unsupported-media-type`: Unsupported media type */
      415: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:unsupported-media-type'
          }
        }
      }
      /** @description `idempotency-key-reused`: Idempotency-Key reused */
      422: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:idempotency-key-reused'
          }
        }
      }
      429: components['responses']['TooManyRequests']
      500: components['responses']['Internal']
    }
  }
  getCommand: {
    parameters: {
      query?: never
      header?: never
      path: {
        /** @description The id that the tracker sends: 1 to 15 digits */
        deviceId: string
        /** @description As returned when the command was created */
        commandId: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description The command */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['Command']
        }
      }
      /** @description `invalid-request`: Invalid request. `invalid-path`: Invalid path */
      400: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:invalid-request' | 'urn:h02:problem:invalid-path'
          }
        }
      }
      401: components['responses']['Unauthorized']
      /** @description `forbidden`: Missing scope */
      403: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:forbidden'
          }
        }
      }
      /** @description `not-found`: Not found */
      404: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:not-found'
          }
        }
      }
      429: components['responses']['TooManyRequests']
      500: components['responses']['Internal']
    }
  }
  cancelCommand: {
    parameters: {
      query?: never
      header?: never
      path: {
        /** @description The id that the tracker sends: 1 to 15 digits */
        deviceId: string
        /** @description As returned when the command was created */
        commandId: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description The command as it is now */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['Command']
        }
      }
      /** @description `invalid-request`: Invalid request. `invalid-path`: Invalid path */
      400: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:invalid-request' | 'urn:h02:problem:invalid-path'
          }
        }
      }
      401: components['responses']['Unauthorized']
      /** @description `forbidden`: Missing scope */
      403: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:forbidden'
          }
        }
      }
      /** @description `not-found`: Not found */
      404: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:not-found'
          }
        }
      }
      /** @description `not-queued`: Command not queued */
      409: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:not-queued'
          }
        }
      }
      /** @description `too-large`: Body too large */
      413: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:too-large'
          }
        }
      }
      429: components['responses']['TooManyRequests']
      500: components['responses']['Internal']
    }
  }
  getLatestProbe: {
    parameters: {
      query?: never
      header?: never
      path: {
        /** @description The id that the tracker sends: 1 to 15 digits */
        deviceId: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description The probe */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['Probe']
        }
      }
      /** @description `invalid-request`: Invalid request. `invalid-path`: Invalid path */
      400: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:invalid-request' | 'urn:h02:problem:invalid-path'
          }
        }
      }
      401: components['responses']['Unauthorized']
      /** @description `forbidden`: Missing scope */
      403: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:forbidden'
          }
        }
      }
      /** @description `not-found`: Not found */
      404: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:not-found'
          }
        }
      }
      429: components['responses']['TooManyRequests']
      500: components['responses']['Internal']
    }
  }
  startProbe: {
    parameters: {
      query?: never
      header?: {
        /** @description Makes a repeated request harmless: for a day, the same key with the same request creates nothing new and answers with the current state of what the first one created */
        'idempotency-key'?: string
      }
      path: {
        /** @description The id that the tracker sends: 1 to 15 digits */
        deviceId: string
      }
      cookie?: never
    }
    requestBody?: {
      content: {
        'application/json': {
          /** @description 1 (the default): reads only. 2: then also writes that change nothing: each setting that the tracker reports is set to the value that it has, and read again. Nothing is written if a read was cancelled or expired, or if someone else has sent anything but reads in the meantime */
          level?: 1 | 2
        }
      }
    }
    responses: {
      /** @description The probe */
      202: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['Probe']
        }
      }
      /** @description `invalid-request`: Invalid request. `invalid-path`: Invalid path */
      400: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:invalid-request' | 'urn:h02:problem:invalid-path'
          }
        }
      }
      401: components['responses']['Unauthorized']
      /** @description `forbidden`: Missing scope */
      403: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:forbidden'
          }
        }
      }
      /** @description `not-found`: Not found */
      404: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:not-found'
          }
        }
      }
      /** @description `conflict`: Conflict. `queue-full`: Queue full */
      409: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:conflict' | 'urn:h02:problem:queue-full'
          }
        }
      }
      /** @description `too-large`: Body too large */
      413: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:too-large'
          }
        }
      }
      /** @description `unsupported-media-type`: Unsupported media type */
      415: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:unsupported-media-type'
          }
        }
      }
      /** @description `idempotency-key-reused`: Idempotency-Key reused */
      422: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:idempotency-key-reused'
          }
        }
      }
      429: components['responses']['TooManyRequests']
      500: components['responses']['Internal']
    }
  }
  getProbe: {
    parameters: {
      query?: never
      header?: never
      path: {
        /** @description The id that the tracker sends: 1 to 15 digits */
        deviceId: string
        /** @description As returned when the probe was started */
        probeId: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description The probe */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['Probe']
        }
      }
      /** @description `invalid-request`: Invalid request. `invalid-path`: Invalid path */
      400: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:invalid-request' | 'urn:h02:problem:invalid-path'
          }
        }
      }
      401: components['responses']['Unauthorized']
      /** @description `forbidden`: Missing scope */
      403: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:forbidden'
          }
        }
      }
      /** @description `not-found`: Not found */
      404: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:not-found'
          }
        }
      }
      429: components['responses']['TooManyRequests']
      500: components['responses']['Internal']
    }
  }
  listSchedules: {
    parameters: {
      query?: never
      header?: never
      path: {
        /** @description The id that the tracker sends: 1 to 15 digits */
        deviceId: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description All schedules of the device */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['ScheduleList']
        }
      }
      /** @description `invalid-request`: Invalid request. `invalid-path`: Invalid path */
      400: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:invalid-request' | 'urn:h02:problem:invalid-path'
          }
        }
      }
      401: components['responses']['Unauthorized']
      /** @description `forbidden`: Missing scope */
      403: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:forbidden'
          }
        }
      }
      /** @description `not-found`: Not found */
      404: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:not-found'
          }
        }
      }
      429: components['responses']['TooManyRequests']
      500: components['responses']['Internal']
    }
  }
  getSchedule: {
    parameters: {
      query?: never
      header?: never
      path: {
        /** @description The id that the tracker sends: 1 to 15 digits */
        deviceId: string
        /** @description The name of the schedule, unique for its device */
        name: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description The schedule */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['Schedule']
        }
      }
      /** @description `invalid-request`: Invalid request. `invalid-path`: Invalid path */
      400: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:invalid-request' | 'urn:h02:problem:invalid-path'
          }
        }
      }
      401: components['responses']['Unauthorized']
      /** @description `forbidden`: Missing scope */
      403: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:forbidden'
          }
        }
      }
      /** @description `not-found`: Not found */
      404: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:not-found'
          }
        }
      }
      429: components['responses']['TooManyRequests']
      500: components['responses']['Internal']
    }
  }
  setSchedule: {
    parameters: {
      query?: never
      header?: never
      path: {
        /** @description The id that the tracker sends: 1 to 15 digits */
        deviceId: string
        /** @description The name of the schedule, unique for its device */
        name: string
      }
      cookie?: never
    }
    requestBody: {
      content: {
        'application/json': components['schemas']['NewSchedule']
      }
    }
    responses: {
      /** @description The schedule as it is now */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['Schedule']
        }
      }
      /** @description `invalid-request`: Invalid request. `invalid-path`: Invalid path */
      400: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:invalid-request' | 'urn:h02:problem:invalid-path'
          }
        }
      }
      401: components['responses']['Unauthorized']
      /** @description `forbidden`: Missing scope */
      403: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:forbidden'
          }
        }
      }
      /** @description `not-found`: Not found */
      404: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:not-found'
          }
        }
      }
      /** @description `conflict`: Conflict */
      409: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:conflict'
          }
        }
      }
      /** @description `too-large`: Body too large */
      413: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:too-large'
          }
        }
      }
      /** @description `unsupported-media-type`: Unsupported media type */
      415: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:unsupported-media-type'
          }
        }
      }
      429: components['responses']['TooManyRequests']
      500: components['responses']['Internal']
    }
  }
  deleteSchedule: {
    parameters: {
      query?: never
      header?: never
      path: {
        /** @description The id that the tracker sends: 1 to 15 digits */
        deviceId: string
        /** @description The name of the schedule, unique for its device */
        name: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description Deleted */
      204: {
        headers: {
          [name: string]: unknown
        }
        content?: never
      }
      /** @description `invalid-request`: Invalid request. `invalid-path`: Invalid path */
      400: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:invalid-request' | 'urn:h02:problem:invalid-path'
          }
        }
      }
      401: components['responses']['Unauthorized']
      /** @description `forbidden`: Missing scope */
      403: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:forbidden'
          }
        }
      }
      /** @description `not-found`: Not found */
      404: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:not-found'
          }
        }
      }
      /** @description `too-large`: Body too large */
      413: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:too-large'
          }
        }
      }
      429: components['responses']['TooManyRequests']
      500: components['responses']['Internal']
    }
  }
  getDesiredSettings: {
    parameters: {
      query?: never
      header?: never
      path: {
        /** @description The id that the tracker sends: 1 to 15 digits */
        deviceId: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description What is desired and what is reported */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['DesiredSettings']
        }
      }
      /** @description `invalid-request`: Invalid request. `invalid-path`: Invalid path */
      400: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:invalid-request' | 'urn:h02:problem:invalid-path'
          }
        }
      }
      401: components['responses']['Unauthorized']
      /** @description `forbidden`: Missing scope */
      403: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:forbidden'
          }
        }
      }
      /** @description `not-found`: Not found */
      404: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:not-found'
          }
        }
      }
      429: components['responses']['TooManyRequests']
      500: components['responses']['Internal']
    }
  }
  setDesiredSettings: {
    parameters: {
      query?: never
      header?: never
      path: {
        /** @description The id that the tracker sends: 1 to 15 digits */
        deviceId: string
      }
      cookie?: never
    }
    requestBody: {
      content: {
        'application/json': components['schemas']['NewDesiredSettings']
      }
    }
    responses: {
      /** @description What is desired from now on */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['DesiredSettings']
        }
      }
      /** @description `invalid-request`: Invalid request. `invalid-path`: Invalid path */
      400: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:invalid-request' | 'urn:h02:problem:invalid-path'
          }
        }
      }
      401: components['responses']['Unauthorized']
      /** @description `forbidden`: Missing scope */
      403: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:forbidden'
          }
        }
      }
      /** @description `not-found`: Not found */
      404: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:not-found'
          }
        }
      }
      /** @description `too-large`: Body too large */
      413: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:too-large'
          }
        }
      }
      /** @description `unsupported-media-type`: Unsupported media type */
      415: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:unsupported-media-type'
          }
        }
      }
      429: components['responses']['TooManyRequests']
      500: components['responses']['Internal']
    }
  }
  deleteDesiredSettings: {
    parameters: {
      query?: never
      header?: never
      path: {
        /** @description The id that the tracker sends: 1 to 15 digits */
        deviceId: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description No settings are desired any more */
      204: {
        headers: {
          [name: string]: unknown
        }
        content?: never
      }
      /** @description `invalid-request`: Invalid request. `invalid-path`: Invalid path */
      400: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:invalid-request' | 'urn:h02:problem:invalid-path'
          }
        }
      }
      401: components['responses']['Unauthorized']
      /** @description `forbidden`: Missing scope */
      403: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:forbidden'
          }
        }
      }
      /** @description `not-found`: Not found */
      404: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:not-found'
          }
        }
      }
      /** @description `too-large`: Body too large */
      413: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:too-large'
          }
        }
      }
      429: components['responses']['TooManyRequests']
      500: components['responses']['Internal']
    }
  }
  listCampaigns: {
    parameters: {
      query?: {
        /** @description Maximum number of items in the page */
        limit?: number
        /** @description `nextCursor` of the previous page; send the other parameters unchanged */
        cursor?: string
      }
      header?: never
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description A page of campaigns */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['CampaignPage']
        }
      }
      /** @description `invalid-request`: Invalid request. `invalid-cursor`: Invalid cursor */
      400: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:invalid-request' | 'urn:h02:problem:invalid-cursor'
          }
        }
      }
      401: components['responses']['Unauthorized']
      /** @description `forbidden`: Missing scope */
      403: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:forbidden'
          }
        }
      }
      429: components['responses']['TooManyRequests']
      500: components['responses']['Internal']
    }
  }
  createCampaign: {
    parameters: {
      query?: never
      header?: {
        /** @description Makes a repeated request harmless: for a day, the same key with the same request creates nothing new and answers with the current state of what the first one created */
        'idempotency-key'?: string
      }
      path?: never
      cookie?: never
    }
    requestBody: {
      content: {
        'application/json': components['schemas']['NewCampaign']
      }
    }
    responses: {
      /** @description Created; it begins at once. `Location` is its path */
      201: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['Campaign']
        }
      }
      /** @description `invalid-request`: Invalid request */
      400: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:invalid-request'
          }
        }
      }
      401: components['responses']['Unauthorized']
      /** @description `forbidden`: Missing scope */
      403: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:forbidden'
          }
        }
      }
      /** @description `too-large`: Body too large */
      413: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:too-large'
          }
        }
      }
      /** @description `unsupported-media-type`: Unsupported media type */
      415: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:unsupported-media-type'
          }
        }
      }
      /** @description `unsafe-text`: Unsafe text. `confirm-required`: Confirmation required. `idempotency-key-reused`: Idempotency-Key reused */
      422: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?:
              | 'urn:h02:problem:unsafe-text'
              | 'urn:h02:problem:confirm-required'
              | 'urn:h02:problem:idempotency-key-reused'
          }
        }
      }
      429: components['responses']['TooManyRequests']
      500: components['responses']['Internal']
    }
  }
  getCampaign: {
    parameters: {
      query?: never
      header?: never
      path: {
        /** @description As returned when the campaign was created */
        campaignId: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description The campaign */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['Campaign']
        }
      }
      /** @description `invalid-request`: Invalid request. `invalid-path`: Invalid path */
      400: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:invalid-request' | 'urn:h02:problem:invalid-path'
          }
        }
      }
      401: components['responses']['Unauthorized']
      /** @description `forbidden`: Missing scope */
      403: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:forbidden'
          }
        }
      }
      /** @description `not-found`: Not found */
      404: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:not-found'
          }
        }
      }
      429: components['responses']['TooManyRequests']
      500: components['responses']['Internal']
    }
  }
  listCampaignParts: {
    parameters: {
      query?: {
        /** @description Only devices in this state */
        state?: 'waiting' | 'open' | 'ended'
        /** @description Only devices that ended like this */
        outcome?:
          | 'undelivered'
          | 'rejected'
          | 'contradicted'
          | 'confirmed'
          | 'unconfirmed'
          | 'answered'
          | 'unknown'
          | 'unanswered'
          | 'skipped'
        /** @description Exactly this one */
        firmware?: string
        /** @description Maximum number of items in the page */
        limit?: number
        /** @description `nextCursor` of the previous page; send the other parameters unchanged */
        cursor?: string
      }
      header?: never
      path: {
        /** @description As returned when the campaign was created */
        campaignId: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description A page of parts */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['CampaignPartPage']
        }
      }
      /** @description `invalid-request`: Invalid request. `invalid-path`: Invalid path. `invalid-cursor`: Invalid cursor */
      400: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?:
              | 'urn:h02:problem:invalid-request'
              | 'urn:h02:problem:invalid-path'
              | 'urn:h02:problem:invalid-cursor'
          }
        }
      }
      401: components['responses']['Unauthorized']
      /** @description `forbidden`: Missing scope */
      403: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:forbidden'
          }
        }
      }
      /** @description `not-found`: Not found */
      404: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:not-found'
          }
        }
      }
      429: components['responses']['TooManyRequests']
      500: components['responses']['Internal']
    }
  }
  pauseCampaign: {
    parameters: {
      query?: never
      header?: never
      path: {
        /** @description As returned when the campaign was created */
        campaignId: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description The campaign as it is now */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['Campaign']
        }
      }
      /** @description `invalid-request`: Invalid request. `invalid-path`: Invalid path */
      400: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:invalid-request' | 'urn:h02:problem:invalid-path'
          }
        }
      }
      401: components['responses']['Unauthorized']
      /** @description `forbidden`: Missing scope */
      403: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:forbidden'
          }
        }
      }
      /** @description `not-found`: Not found */
      404: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:not-found'
          }
        }
      }
      /** @description `conflict`: Conflict */
      409: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:conflict'
          }
        }
      }
      /** @description `too-large`: Body too large */
      413: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:too-large'
          }
        }
      }
      429: components['responses']['TooManyRequests']
      500: components['responses']['Internal']
    }
  }
  resumeCampaign: {
    parameters: {
      query?: never
      header?: never
      path: {
        /** @description As returned when the campaign was created */
        campaignId: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description The campaign as it is now */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['Campaign']
        }
      }
      /** @description `invalid-request`: Invalid request. `invalid-path`: Invalid path */
      400: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:invalid-request' | 'urn:h02:problem:invalid-path'
          }
        }
      }
      401: components['responses']['Unauthorized']
      /** @description `forbidden`: Missing scope */
      403: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:forbidden'
          }
        }
      }
      /** @description `not-found`: Not found */
      404: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:not-found'
          }
        }
      }
      /** @description `conflict`: Conflict */
      409: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:conflict'
          }
        }
      }
      /** @description `too-large`: Body too large */
      413: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:too-large'
          }
        }
      }
      429: components['responses']['TooManyRequests']
      500: components['responses']['Internal']
    }
  }
  cancelCampaign: {
    parameters: {
      query?: never
      header?: never
      path: {
        /** @description As returned when the campaign was created */
        campaignId: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description The campaign as it is now */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['Campaign']
        }
      }
      /** @description `invalid-request`: Invalid request. `invalid-path`: Invalid path */
      400: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:invalid-request' | 'urn:h02:problem:invalid-path'
          }
        }
      }
      401: components['responses']['Unauthorized']
      /** @description `forbidden`: Missing scope */
      403: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:forbidden'
          }
        }
      }
      /** @description `not-found`: Not found */
      404: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:not-found'
          }
        }
      }
      /** @description `conflict`: Conflict */
      409: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:conflict'
          }
        }
      }
      /** @description `too-large`: Body too large */
      413: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:too-large'
          }
        }
      }
      429: components['responses']['TooManyRequests']
      500: components['responses']['Internal']
    }
  }
  listNamedCommands: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description All named commands, by name */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['NamedCommandList']
        }
      }
      401: components['responses']['Unauthorized']
      /** @description `forbidden`: Missing scope */
      403: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:forbidden'
          }
        }
      }
      429: components['responses']['TooManyRequests']
      500: components['responses']['Internal']
    }
  }
  putNamedCommand: {
    parameters: {
      query?: never
      header?: never
      path: {
        /** @description The name that the command is sent by */
        name: string
      }
      cookie?: never
    }
    requestBody: {
      content: {
        'application/json': components['schemas']['NewNamedCommand']
      }
    }
    responses: {
      /** @description The command */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['NamedCommand']
        }
      }
      /** @description `invalid-request`: Invalid request. `invalid-path`: Invalid path */
      400: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:invalid-request' | 'urn:h02:problem:invalid-path'
          }
        }
      }
      401: components['responses']['Unauthorized']
      /** @description `forbidden`: Missing scope */
      403: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:forbidden'
          }
        }
      }
      /** @description `not-found`: Not found */
      404: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:not-found'
          }
        }
      }
      /** @description `conflict`: Conflict */
      409: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:conflict'
          }
        }
      }
      /** @description `too-large`: Body too large */
      413: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:too-large'
          }
        }
      }
      /** @description `unsupported-media-type`: Unsupported media type */
      415: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:unsupported-media-type'
          }
        }
      }
      /** @description `unsafe-text`: Unsafe text. `unsafe-bytes`: Unsafe bytes */
      422: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:unsafe-text' | 'urn:h02:problem:unsafe-bytes'
          }
        }
      }
      429: components['responses']['TooManyRequests']
      500: components['responses']['Internal']
    }
  }
  deleteNamedCommand: {
    parameters: {
      query?: never
      header?: never
      path: {
        /** @description The name that the command is sent by */
        name: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description Deleted */
      204: {
        headers: {
          [name: string]: unknown
        }
        content?: never
      }
      /** @description `invalid-request`: Invalid request. `invalid-path`: Invalid path */
      400: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:invalid-request' | 'urn:h02:problem:invalid-path'
          }
        }
      }
      401: components['responses']['Unauthorized']
      /** @description `forbidden`: Missing scope */
      403: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:forbidden'
          }
        }
      }
      /** @description `not-found`: Not found */
      404: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:not-found'
          }
        }
      }
      /** @description `too-large`: Body too large */
      413: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:too-large'
          }
        }
      }
      429: components['responses']['TooManyRequests']
      500: components['responses']['Internal']
    }
  }
  listDeviceAudit: {
    parameters: {
      query?: never
      header?: never
      path: {
        /** @description The id that the tracker sends: 1 to 15 digits */
        deviceId: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description Oldest first; empty if nothing was ever sent */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['Audit']
        }
      }
      /** @description `invalid-request`: Invalid request. `invalid-path`: Invalid path */
      400: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:invalid-request' | 'urn:h02:problem:invalid-path'
          }
        }
      }
      401: components['responses']['Unauthorized']
      /** @description `forbidden`: Missing scope */
      403: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:forbidden'
          }
        }
      }
      /** @description `not-found`: Not found */
      404: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:not-found'
          }
        }
      }
      429: components['responses']['TooManyRequests']
      500: components['responses']['Internal']
    }
  }
  listAudit: {
    parameters: {
      query?: {
        /** @description Only actions that concern this device */
        deviceId?: string
        /** @description Only actions of the key with this id */
        keyId?: string
        /** @description At that time or later */
        from?: string
        /** @description Before that time */
        to?: string
        /** @description Only devices with all of these labels: `name=value`, or a name alone for any value, separated by commas. `\,` is a comma within a value */
        labels?: string
        /** @description Maximum number of items in the page */
        limit?: number
        /** @description `nextCursor` of the previous page; send the other parameters unchanged */
        cursor?: string
      }
      header?: never
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description A page of entries */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['AuditPage']
        }
      }
      /** @description `invalid-request`: Invalid request. `invalid-cursor`: Invalid cursor */
      400: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:invalid-request' | 'urn:h02:problem:invalid-cursor'
          }
        }
      }
      401: components['responses']['Unauthorized']
      /** @description `forbidden`: Missing scope */
      403: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:forbidden'
          }
        }
      }
      429: components['responses']['TooManyRequests']
      500: components['responses']['Internal']
    }
  }
  openLiveView: {
    parameters: {
      query?: never
      header?: never
      path: {
        /** @description The id that the tracker sends: 1 to 15 digits */
        deviceId: string
      }
      cookie?: never
    }
    requestBody?: {
      content: {
        'application/json': components['schemas']['LiveRequest']
      }
    }
    responses: {
      /** @description How to connect */
      201: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['Live']
        }
      }
      /** @description `invalid-request`: Invalid request. `invalid-path`: Invalid path */
      400: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:invalid-request' | 'urn:h02:problem:invalid-path'
          }
        }
      }
      401: components['responses']['Unauthorized']
      /** @description `forbidden`: Missing scope */
      403: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:forbidden'
          }
        }
      }
      /** @description `not-found`: Not found */
      404: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:not-found'
          }
        }
      }
      /** @description `too-large`: Body too large */
      413: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:too-large'
          }
        }
      }
      /** @description `unsupported-media-type`: Unsupported media type */
      415: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:unsupported-media-type'
          }
        }
      }
      429: components['responses']['TooManyRequests']
      500: components['responses']['Internal']
    }
  }
  openFleetLiveView: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody: {
      content: {
        'application/json': components['schemas']['SeveralLiveRequest']
      }
    }
    responses: {
      /** @description How to connect */
      201: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['FleetLive']
        }
      }
      /** @description `invalid-request`: Invalid request */
      400: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:invalid-request'
          }
        }
      }
      401: components['responses']['Unauthorized']
      /** @description `forbidden`: Missing scope */
      403: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:forbidden'
          }
        }
      }
      /** @description `not-found`: Not found */
      404: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:not-found'
          }
        }
      }
      /** @description `too-large`: Body too large */
      413: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:too-large'
          }
        }
      }
      /** @description `unsupported-media-type`: Unsupported media type */
      415: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:unsupported-media-type'
          }
        }
      }
      /** @description `too-many-devices`: Too many devices */
      422: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:too-many-devices'
          }
        }
      }
      429: components['responses']['TooManyRequests']
      500: components['responses']['Internal']
    }
  }
  listEvents: {
    parameters: {
      query?: {
        /** @description Only events of this device */
        deviceId?: string
        /** @description Some of device.added,device.removed,device.online,device.offline,device.silent,device.moved-parked,device.contested,device.source-refused,device.daily-limit,alarm.raised,alarm.cleared,place.entered,place.left,place.stayed,speed.exceeded,speed.ok-again,command.concluded,command.corrected,unknown-device.seen,notifications.held-back,setting.not-kept,campaign.started,campaign.paused,campaign.resumed,campaign.stopped,campaign.cancelled,campaign.finished,webhook.disabled */
        type?: string
        /** @description Only devices with all of these labels: `name=value`, or a name alone for any value, separated by commas. `\,` is a comma within a value */
        labels?: string
        /** @description At this time or later; compared with `time` if `deviceId` is given, else with `recordedAt` */
        from?: string
        /** @description Before that time */
        to?: string
        /** @description Maximum number of items in the page */
        limit?: number
        /** @description `nextCursor` of the previous page; send the other parameters unchanged */
        cursor?: string
      }
      header?: never
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description A page of events */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['EventPage']
        }
      }
      /** @description `invalid-request`: Invalid request. `invalid-cursor`: Invalid cursor */
      400: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:invalid-request' | 'urn:h02:problem:invalid-cursor'
          }
        }
      }
      401: components['responses']['Unauthorized']
      /** @description `forbidden`: Missing scope */
      403: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:forbidden'
          }
        }
      }
      429: components['responses']['TooManyRequests']
      500: components['responses']['Internal']
    }
  }
  streamEvents: {
    parameters: {
      query?: {
        /** @description Some of device.added,device.removed,device.online,device.offline,device.silent,device.moved,device.moved-parked,device.contested,device.source-refused,device.daily-limit,alarm.raised,alarm.cleared,place.entered,place.left,place.stayed,speed.exceeded,speed.ok-again,command.concluded,command.corrected,unknown-device.seen,notifications.held-back,setting.not-kept,campaign.started,campaign.paused,campaign.resumed,campaign.stopped,campaign.cancelled,campaign.finished,webhook.disabled; all but device.moved if not given */
        types?: string
        /** @description Only devices with all of these labels: `name=value`, or a name alone for any value, separated by commas. `\,` is a comma within a value */
        labels?: string
        /** @description Only events of this device */
        deviceId?: string
        /** @description The stream ends after this time; if not given, only with the connection or the key */
        seconds?: number
      }
      header?: {
        /** @description `id` of the last event that was received */
        'last-event-id'?: string
      }
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description The stream. `data` of each event is an Event as JSON, `event` its type, `id` its position in the stream */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'text/event-stream': string
        }
      }
      /** @description `invalid-request`: Invalid request */
      400: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:invalid-request'
          }
        }
      }
      401: components['responses']['Unauthorized']
      /** @description `forbidden`: Missing scope */
      403: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:forbidden'
          }
        }
      }
      /** @description `stream-unavailable`: No streams here */
      406: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:stream-unavailable'
          }
        }
      }
      429: components['responses']['TooManyRequests']
      500: components['responses']['Internal']
    }
  }
  getEvidence: {
    parameters: {
      query?: {
        /** @description A family of firmware as listed, or the full name of a firmware, which stands for its family */
        model?: string
        /** @description The format of the answer; json if not given */
        format?: 'json' | 'csv'
      }
      header?: never
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description The families, or the counts of one family */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json':
            components['schemas']['EvidenceModels'] | components['schemas']['EvidenceOfModel']
          'text/csv': string
        }
      }
      /** @description `invalid-request`: Invalid request */
      400: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:invalid-request'
          }
        }
      }
      401: components['responses']['Unauthorized']
      /** @description `forbidden`: Missing scope */
      403: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:forbidden'
          }
        }
      }
      /** @description `not-found`: Not found */
      404: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:not-found'
          }
        }
      }
      429: components['responses']['TooManyRequests']
      500: components['responses']['Internal']
    }
  }
  listUnknownDevices: {
    parameters: {
      query?: {
        /** @description Maximum number of items in the page */
        limit?: number
        /** @description `nextCursor` of the previous page; send the other parameters unchanged */
        cursor?: string
      }
      header?: never
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description A page of ids, in order */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['UnknownDevicePage']
        }
      }
      /** @description `invalid-request`: Invalid request. `invalid-cursor`: Invalid cursor */
      400: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:invalid-request' | 'urn:h02:problem:invalid-cursor'
          }
        }
      }
      401: components['responses']['Unauthorized']
      /** @description `forbidden`: Missing scope */
      403: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:forbidden'
          }
        }
      }
      429: components['responses']['TooManyRequests']
      500: components['responses']['Internal']
    }
  }
  adoptDevice: {
    parameters: {
      query?: never
      header?: never
      path: {
        /** @description The id that the tracker sends: 1 to 15 digits */
        deviceId: string
      }
      cookie?: never
    }
    requestBody?: {
      content: {
        'application/json': components['schemas']['Adoption']
      }
    }
    responses: {
      /** @description The device */
      201: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['Device']
        }
      }
      /** @description `invalid-request`: Invalid request. `invalid-path`: Invalid path */
      400: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:invalid-request' | 'urn:h02:problem:invalid-path'
          }
        }
      }
      401: components['responses']['Unauthorized']
      /** @description `forbidden`: Missing scope. `relay-off`: Relays are off */
      403: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:forbidden' | 'urn:h02:problem:relay-off'
          }
        }
      }
      /** @description `not-found`: Not found */
      404: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:not-found'
          }
        }
      }
      /** @description `conflict`: Conflict */
      409: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:conflict'
          }
        }
      }
      /** @description `too-large`: Body too large */
      413: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:too-large'
          }
        }
      }
      /** @description `unsupported-media-type`: Unsupported media type */
      415: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:unsupported-media-type'
          }
        }
      }
      /** @description `unsafe-text`: Unsafe text */
      422: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:unsafe-text'
          }
        }
      }
      429: components['responses']['TooManyRequests']
      500: components['responses']['Internal']
    }
  }
  forgetUnknownDevice: {
    parameters: {
      query?: never
      header?: never
      path: {
        /** @description The id that the tracker sends: 1 to 15 digits */
        deviceId: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description Forgotten */
      204: {
        headers: {
          [name: string]: unknown
        }
        content?: never
      }
      /** @description `invalid-request`: Invalid request. `invalid-path`: Invalid path */
      400: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:invalid-request' | 'urn:h02:problem:invalid-path'
          }
        }
      }
      401: components['responses']['Unauthorized']
      /** @description `forbidden`: Missing scope */
      403: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:forbidden'
          }
        }
      }
      /** @description `not-found`: Not found */
      404: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:not-found'
          }
        }
      }
      /** @description `too-large`: Body too large */
      413: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:too-large'
          }
        }
      }
      429: components['responses']['TooManyRequests']
      500: components['responses']['Internal']
    }
  }
  listKeys: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description The keys; the first admin key is not among them */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['KeyList']
        }
      }
      401: components['responses']['Unauthorized']
      /** @description `forbidden`: Missing scope */
      403: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:forbidden'
          }
        }
      }
      429: components['responses']['TooManyRequests']
      500: components['responses']['Internal']
    }
  }
  createKey: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody: {
      content: {
        'application/json': components['schemas']['NewKey']
      }
    }
    responses: {
      /** @description The key */
      201: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['MadeKey']
        }
      }
      /** @description `invalid-request`: Invalid request */
      400: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:invalid-request'
          }
        }
      }
      401: components['responses']['Unauthorized']
      /** @description `forbidden`: Missing scope */
      403: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:forbidden'
          }
        }
      }
      /** @description `conflict`: Conflict */
      409: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:conflict'
          }
        }
      }
      /** @description `too-large`: Body too large */
      413: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:too-large'
          }
        }
      }
      /** @description `unsupported-media-type`: Unsupported media type */
      415: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:unsupported-media-type'
          }
        }
      }
      /** @description `unsafe-text`: Unsafe text */
      422: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:unsafe-text'
          }
        }
      }
      429: components['responses']['TooManyRequests']
      500: components['responses']['Internal']
    }
  }
  rotateKey: {
    parameters: {
      query?: never
      header?: never
      path: {
        /** @description The id of the key, not its secret text */
        keyId: string
      }
      cookie?: never
    }
    requestBody?: {
      content: {
        'application/json': components['schemas']['Rotation']
      }
    }
    responses: {
      /** @description The key with its new secret */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['MadeKey']
        }
      }
      /** @description `invalid-request`: Invalid request. `invalid-path`: Invalid path */
      400: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:invalid-request' | 'urn:h02:problem:invalid-path'
          }
        }
      }
      401: components['responses']['Unauthorized']
      /** @description `forbidden`: Missing scope */
      403: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:forbidden'
          }
        }
      }
      /** @description `not-found`: Not found */
      404: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:not-found'
          }
        }
      }
      /** @description `too-large`: Body too large */
      413: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:too-large'
          }
        }
      }
      /** @description `unsupported-media-type`: Unsupported media type */
      415: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:unsupported-media-type'
          }
        }
      }
      429: components['responses']['TooManyRequests']
      500: components['responses']['Internal']
    }
  }
  deleteKey: {
    parameters: {
      query?: {
        /** @description true: also delete the keys that it created, directly or through others */
        children?: 'true' | 'false'
      }
      header?: never
      path: {
        /** @description The id of the key, not its secret text */
        keyId: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description Deleted; it created other keys */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['DeletedKeys']
        }
      }
      /** @description Deleted; it created no other key */
      204: {
        headers: {
          [name: string]: unknown
        }
        content?: never
      }
      /** @description `invalid-request`: Invalid request. `invalid-path`: Invalid path */
      400: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:invalid-request' | 'urn:h02:problem:invalid-path'
          }
        }
      }
      401: components['responses']['Unauthorized']
      /** @description `forbidden`: Missing scope */
      403: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:forbidden'
          }
        }
      }
      /** @description `not-found`: Not found */
      404: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:not-found'
          }
        }
      }
      /** @description `too-large`: Body too large */
      413: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:too-large'
          }
        }
      }
      429: components['responses']['TooManyRequests']
      500: components['responses']['Internal']
    }
  }
  listShares: {
    parameters: {
      query?: never
      header?: never
      path: {
        /** @description The id that the tracker sends: 1 to 15 digits */
        deviceId: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description The links without their keys, newest first */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['ShareList']
        }
      }
      /** @description `invalid-request`: Invalid request. `invalid-path`: Invalid path */
      400: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:invalid-request' | 'urn:h02:problem:invalid-path'
          }
        }
      }
      401: components['responses']['Unauthorized']
      /** @description `forbidden`: Missing scope */
      403: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:forbidden'
          }
        }
      }
      /** @description `not-found`: Not found */
      404: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:not-found'
          }
        }
      }
      429: components['responses']['TooManyRequests']
      500: components['responses']['Internal']
    }
  }
  createShare: {
    parameters: {
      query?: never
      header?: never
      path: {
        /** @description The id that the tracker sends: 1 to 15 digits */
        deviceId: string
      }
      cookie?: never
    }
    requestBody?: {
      content: {
        'application/json': components['schemas']['NewShare']
      }
    }
    responses: {
      /** @description The link */
      201: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['MadeShare']
        }
      }
      /** @description `invalid-request`: Invalid request. `invalid-path`: Invalid path */
      400: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:invalid-request' | 'urn:h02:problem:invalid-path'
          }
        }
      }
      401: components['responses']['Unauthorized']
      /** @description `forbidden`: Missing scope */
      403: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:forbidden'
          }
        }
      }
      /** @description `not-found`: Not found */
      404: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:not-found'
          }
        }
      }
      /** @description `conflict`: Conflict */
      409: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:conflict'
          }
        }
      }
      /** @description `too-large`: Body too large */
      413: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:too-large'
          }
        }
      }
      /** @description `unsupported-media-type`: Unsupported media type */
      415: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:unsupported-media-type'
          }
        }
      }
      /** @description `unsafe-text`: Unsafe text */
      422: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:unsafe-text'
          }
        }
      }
      429: components['responses']['TooManyRequests']
      500: components['responses']['Internal']
    }
  }
  deleteShare: {
    parameters: {
      query?: never
      header?: never
      path: {
        /** @description The id that the tracker sends: 1 to 15 digits */
        deviceId: string
        /** @description Also the `keyId` of its key */
        shareId: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description Deleted */
      204: {
        headers: {
          [name: string]: unknown
        }
        content?: never
      }
      /** @description `invalid-request`: Invalid request. `invalid-path`: Invalid path */
      400: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:invalid-request' | 'urn:h02:problem:invalid-path'
          }
        }
      }
      401: components['responses']['Unauthorized']
      /** @description `forbidden`: Missing scope */
      403: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:forbidden'
          }
        }
      }
      /** @description `not-found`: Not found */
      404: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:not-found'
          }
        }
      }
      /** @description `too-large`: Body too large */
      413: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:too-large'
          }
        }
      }
      429: components['responses']['TooManyRequests']
      500: components['responses']['Internal']
    }
  }
  getSharedDevice: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description Where the device is now */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['SharedDevice']
        }
      }
      401: components['responses']['Unauthorized']
      /** @description `forbidden`: Missing scope */
      403: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:forbidden'
          }
        }
      }
      /** @description `not-found`: Not found */
      404: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:not-found'
          }
        }
      }
      /** @description `conflict`: Conflict */
      409: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:conflict'
          }
        }
      }
      429: components['responses']['TooManyRequests']
      500: components['responses']['Internal']
    }
  }
  listPlaces: {
    parameters: {
      query?: {
        /** @description Maximum number of items in the page */
        limit?: number
        /** @description `nextCursor` of the previous page; send the other parameters unchanged */
        cursor?: string
      }
      header?: never
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description A page of places */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['PlacePage']
        }
      }
      /** @description `invalid-request`: Invalid request. `invalid-cursor`: Invalid cursor */
      400: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:invalid-request' | 'urn:h02:problem:invalid-cursor'
          }
        }
      }
      401: components['responses']['Unauthorized']
      /** @description `forbidden`: Missing scope */
      403: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:forbidden'
          }
        }
      }
      429: components['responses']['TooManyRequests']
      500: components['responses']['Internal']
    }
  }
  createPlace: {
    parameters: {
      query?: never
      header?: {
        /** @description Makes a repeated request harmless: for a day, the same key with the same request creates nothing new and answers with the current state of what the first one created */
        'idempotency-key'?: string
      }
      path?: never
      cookie?: never
    }
    requestBody: {
      content: {
        'application/json': components['schemas']['NewPlace']
      }
    }
    responses: {
      /** @description The place */
      201: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['Place']
        }
      }
      /** @description `invalid-request`: Invalid request */
      400: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:invalid-request'
          }
        }
      }
      401: components['responses']['Unauthorized']
      /** @description `forbidden`: Missing scope */
      403: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:forbidden'
          }
        }
      }
      /** @description `not-found`: Not found */
      404: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:not-found'
          }
        }
      }
      /** @description `conflict`: Conflict */
      409: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:conflict'
          }
        }
      }
      /** @description `too-large`: Body too large */
      413: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:too-large'
          }
        }
      }
      /** @description `unsupported-media-type`: Unsupported media type */
      415: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:unsupported-media-type'
          }
        }
      }
      /** @description `unsafe-text`: Unsafe text. `idempotency-key-reused`: Idempotency-Key reused */
      422: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:unsafe-text' | 'urn:h02:problem:idempotency-key-reused'
          }
        }
      }
      429: components['responses']['TooManyRequests']
      500: components['responses']['Internal']
    }
  }
  getPlace: {
    parameters: {
      query?: never
      header?: never
      path: {
        /** @description As returned when the place was created */
        placeId: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description The place */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['Place']
        }
      }
      /** @description `invalid-request`: Invalid request. `invalid-path`: Invalid path */
      400: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:invalid-request' | 'urn:h02:problem:invalid-path'
          }
        }
      }
      401: components['responses']['Unauthorized']
      /** @description `forbidden`: Missing scope */
      403: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:forbidden'
          }
        }
      }
      /** @description `not-found`: Not found */
      404: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:not-found'
          }
        }
      }
      429: components['responses']['TooManyRequests']
      500: components['responses']['Internal']
    }
  }
  deletePlace: {
    parameters: {
      query?: never
      header?: never
      path: {
        /** @description As returned when the place was created */
        placeId: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description Deleted */
      204: {
        headers: {
          [name: string]: unknown
        }
        content?: never
      }
      /** @description `invalid-request`: Invalid request. `invalid-path`: Invalid path */
      400: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:invalid-request' | 'urn:h02:problem:invalid-path'
          }
        }
      }
      401: components['responses']['Unauthorized']
      /** @description `forbidden`: Missing scope */
      403: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:forbidden'
          }
        }
      }
      /** @description `not-found`: Not found */
      404: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:not-found'
          }
        }
      }
      /** @description `too-large`: Body too large */
      413: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:too-large'
          }
        }
      }
      429: components['responses']['TooManyRequests']
      500: components['responses']['Internal']
    }
  }
  changePlace: {
    parameters: {
      query?: never
      header?: never
      path: {
        /** @description As returned when the place was created */
        placeId: string
      }
      cookie?: never
    }
    requestBody: {
      content: {
        'application/json': components['schemas']['PlacePatch']
      }
    }
    responses: {
      /** @description The place as it is now */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['Place']
        }
      }
      /** @description `invalid-request`: Invalid request. `invalid-path`: Invalid path */
      400: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:invalid-request' | 'urn:h02:problem:invalid-path'
          }
        }
      }
      401: components['responses']['Unauthorized']
      /** @description `forbidden`: Missing scope */
      403: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:forbidden'
          }
        }
      }
      /** @description `not-found`: Not found */
      404: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:not-found'
          }
        }
      }
      /** @description `too-large`: Body too large */
      413: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:too-large'
          }
        }
      }
      /** @description `unsupported-media-type`: Unsupported media type */
      415: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:unsupported-media-type'
          }
        }
      }
      /** @description `unsafe-text`: Unsafe text */
      422: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:unsafe-text'
          }
        }
      }
      429: components['responses']['TooManyRequests']
      500: components['responses']['Internal']
    }
  }
  findAddress: {
    parameters: {
      query: {
        /** @description Degrees north of the equator; negative: south */
        latitude: number
        /** @description Degrees east of Greenwich; negative: west */
        longitude: number
        /** @description The language of the address, as ISO 639-1 code */
        language?: string
      }
      header?: never
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description The address, or why there is none */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['Address']
        }
      }
      /** @description `invalid-request`: Invalid request */
      400: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:invalid-request'
          }
        }
      }
      401: components['responses']['Unauthorized']
      /** @description `forbidden`: Missing scope. `geocoder-off`: No geocoder here */
      403: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:forbidden' | 'urn:h02:problem:geocoder-off'
          }
        }
      }
      429: components['responses']['TooManyRequests']
      500: components['responses']['Internal']
    }
  }
  listWebhooks: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description The webhooks, without their secrets */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['WebhookList']
        }
      }
      401: components['responses']['Unauthorized']
      /** @description `forbidden`: Missing scope */
      403: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:forbidden'
          }
        }
      }
      429: components['responses']['TooManyRequests']
      500: components['responses']['Internal']
    }
  }
  createWebhook: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody: {
      content: {
        'application/json': components['schemas']['NewWebhook']
      }
    }
    responses: {
      /** @description The webhook */
      201: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['MadeWebhook']
        }
      }
      /** @description `invalid-request`: Invalid request */
      400: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:invalid-request'
          }
        }
      }
      401: components['responses']['Unauthorized']
      /** @description `forbidden`: Missing scope */
      403: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:forbidden'
          }
        }
      }
      /** @description `not-found`: Not found */
      404: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:not-found'
          }
        }
      }
      /** @description `conflict`: Conflict */
      409: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:conflict'
          }
        }
      }
      /** @description `too-large`: Body too large */
      413: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:too-large'
          }
        }
      }
      /** @description `unsupported-media-type`: Unsupported media type */
      415: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:unsupported-media-type'
          }
        }
      }
      /** @description `unsafe-text`: Unsafe text */
      422: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:unsafe-text'
          }
        }
      }
      429: components['responses']['TooManyRequests']
      500: components['responses']['Internal']
    }
  }
  getWebhook: {
    parameters: {
      query?: never
      header?: never
      path: {
        /** @description As returned when the webhook was created */
        webhookId: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description The webhook */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['Webhook']
        }
      }
      /** @description `invalid-request`: Invalid request. `invalid-path`: Invalid path */
      400: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:invalid-request' | 'urn:h02:problem:invalid-path'
          }
        }
      }
      401: components['responses']['Unauthorized']
      /** @description `forbidden`: Missing scope */
      403: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:forbidden'
          }
        }
      }
      /** @description `not-found`: Not found */
      404: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:not-found'
          }
        }
      }
      429: components['responses']['TooManyRequests']
      500: components['responses']['Internal']
    }
  }
  deleteWebhook: {
    parameters: {
      query?: never
      header?: never
      path: {
        /** @description As returned when the webhook was created */
        webhookId: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description Deleted */
      204: {
        headers: {
          [name: string]: unknown
        }
        content?: never
      }
      /** @description `invalid-request`: Invalid request. `invalid-path`: Invalid path */
      400: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:invalid-request' | 'urn:h02:problem:invalid-path'
          }
        }
      }
      401: components['responses']['Unauthorized']
      /** @description `forbidden`: Missing scope */
      403: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:forbidden'
          }
        }
      }
      /** @description `not-found`: Not found */
      404: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:not-found'
          }
        }
      }
      /** @description `too-large`: Body too large */
      413: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:too-large'
          }
        }
      }
      429: components['responses']['TooManyRequests']
      500: components['responses']['Internal']
    }
  }
  changeWebhook: {
    parameters: {
      query?: never
      header?: never
      path: {
        /** @description As returned when the webhook was created */
        webhookId: string
      }
      cookie?: never
    }
    requestBody: {
      content: {
        'application/json': components['schemas']['WebhookPatch']
      }
    }
    responses: {
      /** @description The webhook as it is now */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['Webhook']
        }
      }
      /** @description `invalid-request`: Invalid request. `invalid-path`: Invalid path */
      400: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:invalid-request' | 'urn:h02:problem:invalid-path'
          }
        }
      }
      401: components['responses']['Unauthorized']
      /** @description `forbidden`: Missing scope */
      403: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:forbidden'
          }
        }
      }
      /** @description `not-found`: Not found */
      404: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:not-found'
          }
        }
      }
      /** @description `too-large`: Body too large */
      413: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:too-large'
          }
        }
      }
      /** @description `unsupported-media-type`: Unsupported media type */
      415: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:unsupported-media-type'
          }
        }
      }
      /** @description `unsafe-text`: Unsafe text */
      422: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:unsafe-text'
          }
        }
      }
      429: components['responses']['TooManyRequests']
      500: components['responses']['Internal']
    }
  }
  enableWebhook: {
    parameters: {
      query?: never
      header?: never
      path: {
        /** @description As returned when the webhook was created */
        webhookId: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description The webhook as it is now */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['Webhook']
        }
      }
      /** @description `invalid-request`: Invalid request. `invalid-path`: Invalid path */
      400: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:invalid-request' | 'urn:h02:problem:invalid-path'
          }
        }
      }
      401: components['responses']['Unauthorized']
      /** @description `forbidden`: Missing scope */
      403: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:forbidden'
          }
        }
      }
      /** @description `not-found`: Not found */
      404: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:not-found'
          }
        }
      }
      /** @description `too-large`: Body too large */
      413: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:too-large'
          }
        }
      }
      429: components['responses']['TooManyRequests']
      500: components['responses']['Internal']
    }
  }
  rotateWebhookSecret: {
    parameters: {
      query?: never
      header?: never
      path: {
        /** @description As returned when the webhook was created */
        webhookId: string
      }
      cookie?: never
    }
    requestBody?: {
      content: {
        'application/json': components['schemas']['WebhookRotation']
      }
    }
    responses: {
      /** @description The new secret */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['RotatedWebhook']
        }
      }
      /** @description `invalid-request`: Invalid request. `invalid-path`: Invalid path */
      400: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:invalid-request' | 'urn:h02:problem:invalid-path'
          }
        }
      }
      401: components['responses']['Unauthorized']
      /** @description `forbidden`: Missing scope */
      403: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:forbidden'
          }
        }
      }
      /** @description `not-found`: Not found */
      404: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:not-found'
          }
        }
      }
      /** @description `too-large`: Body too large */
      413: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:too-large'
          }
        }
      }
      /** @description `unsupported-media-type`: Unsupported media type */
      415: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:unsupported-media-type'
          }
        }
      }
      429: components['responses']['TooManyRequests']
      500: components['responses']['Internal']
    }
  }
  testWebhook: {
    parameters: {
      query?: never
      header?: never
      path: {
        /** @description As returned when the webhook was created */
        webhookId: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description The answer of the receiver */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['Delivery']
        }
      }
      /** @description There is no result yet; the list of deliveries will contain it */
      202: {
        headers: {
          [name: string]: unknown
        }
        content?: never
      }
      /** @description `invalid-request`: Invalid request. `invalid-path`: Invalid path */
      400: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:invalid-request' | 'urn:h02:problem:invalid-path'
          }
        }
      }
      401: components['responses']['Unauthorized']
      /** @description `forbidden`: Missing scope */
      403: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:forbidden'
          }
        }
      }
      /** @description `not-found`: Not found */
      404: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:not-found'
          }
        }
      }
      /** @description `too-large`: Body too large */
      413: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:too-large'
          }
        }
      }
      429: components['responses']['TooManyRequests']
      500: components['responses']['Internal']
    }
  }
  listWebhookDeliveries: {
    parameters: {
      query?: never
      header?: never
      path: {
        /** @description As returned when the webhook was created */
        webhookId: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description The deliveries */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['DeliveryList']
        }
      }
      /** @description `invalid-request`: Invalid request. `invalid-path`: Invalid path */
      400: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:invalid-request' | 'urn:h02:problem:invalid-path'
          }
        }
      }
      401: components['responses']['Unauthorized']
      /** @description `forbidden`: Missing scope */
      403: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:forbidden'
          }
        }
      }
      /** @description `not-found`: Not found */
      404: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:not-found'
          }
        }
      }
      429: components['responses']['TooManyRequests']
      500: components['responses']['Internal']
    }
  }
  redeliverEvent: {
    parameters: {
      query?: never
      header?: never
      path: {
        /** @description As returned when the webhook was created */
        webhookId: string
        /** @description As listed with the deliveries of the webhook */
        deliveryId: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description The answer of the receiver */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['Delivery']
        }
      }
      /** @description There is no result yet; the list of deliveries will contain it */
      202: {
        headers: {
          [name: string]: unknown
        }
        content?: never
      }
      /** @description `invalid-request`: Invalid request. `invalid-path`: Invalid path */
      400: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:invalid-request' | 'urn:h02:problem:invalid-path'
          }
        }
      }
      401: components['responses']['Unauthorized']
      /** @description `forbidden`: Missing scope */
      403: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:forbidden'
          }
        }
      }
      /** @description `not-found`: Not found */
      404: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:not-found'
          }
        }
      }
      /** @description `conflict`: Conflict */
      409: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:conflict'
          }
        }
      }
      /** @description `too-large`: Body too large */
      413: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:too-large'
          }
        }
      }
      429: components['responses']['TooManyRequests']
      500: components['responses']['Internal']
    }
  }
  listNoticeChannels: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description The channels, without their secrets */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['NoticeChannelList']
        }
      }
      401: components['responses']['Unauthorized']
      /** @description `forbidden`: Missing scope */
      403: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:forbidden'
          }
        }
      }
      429: components['responses']['TooManyRequests']
      500: components['responses']['Internal']
    }
  }
  createNoticeChannel: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody: {
      content: {
        'application/json': components['schemas']['NewNoticeChannel']
      }
    }
    responses: {
      /** @description The channel */
      201: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['NoticeChannel']
        }
      }
      /** @description `invalid-request`: Invalid request */
      400: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:invalid-request'
          }
        }
      }
      401: components['responses']['Unauthorized']
      /** @description `forbidden`: Missing scope */
      403: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:forbidden'
          }
        }
      }
      /** @description `conflict`: Conflict */
      409: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:conflict'
          }
        }
      }
      /** @description `too-large`: Body too large */
      413: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:too-large'
          }
        }
      }
      /** @description `unsupported-media-type`: Unsupported media type */
      415: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:unsupported-media-type'
          }
        }
      }
      /** @description `unsafe-text`: Unsafe text */
      422: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:unsafe-text'
          }
        }
      }
      429: components['responses']['TooManyRequests']
      500: components['responses']['Internal']
    }
  }
  getNoticeChannel: {
    parameters: {
      query?: never
      header?: never
      path: {
        /** @description As returned when the channel was created */
        channelId: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description The channel */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['NoticeChannel']
        }
      }
      /** @description `invalid-request`: Invalid request. `invalid-path`: Invalid path */
      400: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:invalid-request' | 'urn:h02:problem:invalid-path'
          }
        }
      }
      401: components['responses']['Unauthorized']
      /** @description `forbidden`: Missing scope */
      403: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:forbidden'
          }
        }
      }
      /** @description `not-found`: Not found */
      404: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:not-found'
          }
        }
      }
      429: components['responses']['TooManyRequests']
      500: components['responses']['Internal']
    }
  }
  deleteNoticeChannel: {
    parameters: {
      query?: never
      header?: never
      path: {
        /** @description As returned when the channel was created */
        channelId: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description Deleted */
      204: {
        headers: {
          [name: string]: unknown
        }
        content?: never
      }
      /** @description `invalid-request`: Invalid request. `invalid-path`: Invalid path */
      400: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:invalid-request' | 'urn:h02:problem:invalid-path'
          }
        }
      }
      401: components['responses']['Unauthorized']
      /** @description `forbidden`: Missing scope */
      403: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:forbidden'
          }
        }
      }
      /** @description `not-found`: Not found */
      404: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:not-found'
          }
        }
      }
      /** @description `conflict`: Conflict */
      409: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:conflict'
          }
        }
      }
      /** @description `too-large`: Body too large */
      413: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:too-large'
          }
        }
      }
      429: components['responses']['TooManyRequests']
      500: components['responses']['Internal']
    }
  }
  changeNoticeChannel: {
    parameters: {
      query?: never
      header?: never
      path: {
        /** @description As returned when the channel was created */
        channelId: string
      }
      cookie?: never
    }
    requestBody: {
      content: {
        'application/json': components['schemas']['NoticeChannelPatch']
      }
    }
    responses: {
      /** @description The channel as it is now */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['NoticeChannel']
        }
      }
      /** @description `invalid-request`: Invalid request. `invalid-path`: Invalid path */
      400: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:invalid-request' | 'urn:h02:problem:invalid-path'
          }
        }
      }
      401: components['responses']['Unauthorized']
      /** @description `forbidden`: Missing scope */
      403: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:forbidden'
          }
        }
      }
      /** @description `not-found`: Not found */
      404: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:not-found'
          }
        }
      }
      /** @description `too-large`: Body too large */
      413: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:too-large'
          }
        }
      }
      /** @description `unsupported-media-type`: Unsupported media type */
      415: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:unsupported-media-type'
          }
        }
      }
      /** @description `unsafe-text`: Unsafe text */
      422: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:unsafe-text'
          }
        }
      }
      429: components['responses']['TooManyRequests']
      500: components['responses']['Internal']
    }
  }
  testNoticeChannel: {
    parameters: {
      query?: never
      header?: never
      path: {
        /** @description As returned when the channel was created */
        channelId: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description The answer of the service */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['Delivery']
        }
      }
      /** @description There is no result yet; the channel will show it */
      202: {
        headers: {
          [name: string]: unknown
        }
        content?: never
      }
      /** @description `invalid-request`: Invalid request. `invalid-path`: Invalid path */
      400: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:invalid-request' | 'urn:h02:problem:invalid-path'
          }
        }
      }
      401: components['responses']['Unauthorized']
      /** @description `forbidden`: Missing scope */
      403: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:forbidden'
          }
        }
      }
      /** @description `not-found`: Not found */
      404: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:not-found'
          }
        }
      }
      /** @description `too-large`: Body too large */
      413: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:too-large'
          }
        }
      }
      429: components['responses']['TooManyRequests']
      500: components['responses']['Internal']
    }
  }
  listNoticeRules: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description The rules */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['NoticeRuleList']
        }
      }
      401: components['responses']['Unauthorized']
      /** @description `forbidden`: Missing scope */
      403: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:forbidden'
          }
        }
      }
      429: components['responses']['TooManyRequests']
      500: components['responses']['Internal']
    }
  }
  createNoticeRule: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody: {
      content: {
        'application/json': components['schemas']['NewNoticeRule']
      }
    }
    responses: {
      /** @description The rule */
      201: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['NoticeRule']
        }
      }
      /** @description `invalid-request`: Invalid request */
      400: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:invalid-request'
          }
        }
      }
      401: components['responses']['Unauthorized']
      /** @description `forbidden`: Missing scope */
      403: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:forbidden'
          }
        }
      }
      /** @description `not-found`: Not found */
      404: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:not-found'
          }
        }
      }
      /** @description `conflict`: Conflict */
      409: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:conflict'
          }
        }
      }
      /** @description `too-large`: Body too large */
      413: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:too-large'
          }
        }
      }
      /** @description `unsupported-media-type`: Unsupported media type */
      415: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:unsupported-media-type'
          }
        }
      }
      /** @description `unsafe-text`: Unsafe text */
      422: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:unsafe-text'
          }
        }
      }
      429: components['responses']['TooManyRequests']
      500: components['responses']['Internal']
    }
  }
  getNoticeRule: {
    parameters: {
      query?: never
      header?: never
      path: {
        /** @description As returned when the rule was created */
        ruleId: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description The rule */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['NoticeRule']
        }
      }
      /** @description `invalid-request`: Invalid request. `invalid-path`: Invalid path */
      400: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:invalid-request' | 'urn:h02:problem:invalid-path'
          }
        }
      }
      401: components['responses']['Unauthorized']
      /** @description `forbidden`: Missing scope */
      403: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:forbidden'
          }
        }
      }
      /** @description `not-found`: Not found */
      404: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:not-found'
          }
        }
      }
      429: components['responses']['TooManyRequests']
      500: components['responses']['Internal']
    }
  }
  deleteNoticeRule: {
    parameters: {
      query?: never
      header?: never
      path: {
        /** @description As returned when the rule was created */
        ruleId: string
      }
      cookie?: never
    }
    requestBody?: never
    responses: {
      /** @description Deleted */
      204: {
        headers: {
          [name: string]: unknown
        }
        content?: never
      }
      /** @description `invalid-request`: Invalid request. `invalid-path`: Invalid path */
      400: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:invalid-request' | 'urn:h02:problem:invalid-path'
          }
        }
      }
      401: components['responses']['Unauthorized']
      /** @description `forbidden`: Missing scope */
      403: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:forbidden'
          }
        }
      }
      /** @description `not-found`: Not found */
      404: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:not-found'
          }
        }
      }
      /** @description `too-large`: Body too large */
      413: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:too-large'
          }
        }
      }
      429: components['responses']['TooManyRequests']
      500: components['responses']['Internal']
    }
  }
  changeNoticeRule: {
    parameters: {
      query?: never
      header?: never
      path: {
        /** @description As returned when the rule was created */
        ruleId: string
      }
      cookie?: never
    }
    requestBody: {
      content: {
        'application/json': components['schemas']['NoticeRulePatch']
      }
    }
    responses: {
      /** @description The rule as it is now */
      200: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/json': components['schemas']['NoticeRule']
        }
      }
      /** @description `invalid-request`: Invalid request. `invalid-path`: Invalid path */
      400: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:invalid-request' | 'urn:h02:problem:invalid-path'
          }
        }
      }
      401: components['responses']['Unauthorized']
      /** @description `forbidden`: Missing scope */
      403: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:forbidden'
          }
        }
      }
      /** @description `not-found`: Not found */
      404: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:not-found'
          }
        }
      }
      /** @description `too-large`: Body too large */
      413: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:too-large'
          }
        }
      }
      /** @description `unsupported-media-type`: Unsupported media type */
      415: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:unsupported-media-type'
          }
        }
      }
      /** @description `unsafe-text`: Unsafe text */
      422: {
        headers: {
          [name: string]: unknown
        }
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            type?: 'urn:h02:problem:unsafe-text'
          }
        }
      }
      429: components['responses']['TooManyRequests']
      500: components['responses']['Internal']
    }
  }
  onDeviceAddedEvent: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody: {
      content: {
        'application/json': components['schemas']['DeviceAddedEvent']
      }
    }
    responses: {
      /** @description The receiver has accepted it; any other answer is retried */
      '2XX': {
        headers: {
          [name: string]: unknown
        }
        content?: never
      }
    }
  }
  onDeviceRemovedEvent: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody: {
      content: {
        'application/json': components['schemas']['DeviceRemovedEvent']
      }
    }
    responses: {
      /** @description The receiver has accepted it; any other answer is retried */
      '2XX': {
        headers: {
          [name: string]: unknown
        }
        content?: never
      }
    }
  }
  onDeviceOnlineEvent: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody: {
      content: {
        'application/json': components['schemas']['DeviceOnlineEvent']
      }
    }
    responses: {
      /** @description The receiver has accepted it; any other answer is retried */
      '2XX': {
        headers: {
          [name: string]: unknown
        }
        content?: never
      }
    }
  }
  onDeviceOfflineEvent: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody: {
      content: {
        'application/json': components['schemas']['DeviceOfflineEvent']
      }
    }
    responses: {
      /** @description The receiver has accepted it; any other answer is retried */
      '2XX': {
        headers: {
          [name: string]: unknown
        }
        content?: never
      }
    }
  }
  onDeviceSilentEvent: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody: {
      content: {
        'application/json': components['schemas']['DeviceSilentEvent']
      }
    }
    responses: {
      /** @description The receiver has accepted it; any other answer is retried */
      '2XX': {
        headers: {
          [name: string]: unknown
        }
        content?: never
      }
    }
  }
  onDeviceMovedEvent: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody: {
      content: {
        'application/json': components['schemas']['DeviceMovedEvent']
      }
    }
    responses: {
      /** @description The receiver has accepted it; any other answer is retried */
      '2XX': {
        headers: {
          [name: string]: unknown
        }
        content?: never
      }
    }
  }
  onDeviceMovedParkedEvent: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody: {
      content: {
        'application/json': components['schemas']['DeviceMovedParkedEvent']
      }
    }
    responses: {
      /** @description The receiver has accepted it; any other answer is retried */
      '2XX': {
        headers: {
          [name: string]: unknown
        }
        content?: never
      }
    }
  }
  onDeviceContestedEvent: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody: {
      content: {
        'application/json': components['schemas']['DeviceContestedEvent']
      }
    }
    responses: {
      /** @description The receiver has accepted it; any other answer is retried */
      '2XX': {
        headers: {
          [name: string]: unknown
        }
        content?: never
      }
    }
  }
  onDeviceSourceRefusedEvent: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody: {
      content: {
        'application/json': components['schemas']['DeviceSourceRefusedEvent']
      }
    }
    responses: {
      /** @description The receiver has accepted it; any other answer is retried */
      '2XX': {
        headers: {
          [name: string]: unknown
        }
        content?: never
      }
    }
  }
  onDeviceDailyLimitEvent: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody: {
      content: {
        'application/json': components['schemas']['DeviceDailyLimitEvent']
      }
    }
    responses: {
      /** @description The receiver has accepted it; any other answer is retried */
      '2XX': {
        headers: {
          [name: string]: unknown
        }
        content?: never
      }
    }
  }
  onAlarmRaisedEvent: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody: {
      content: {
        'application/json': components['schemas']['AlarmRaisedEvent']
      }
    }
    responses: {
      /** @description The receiver has accepted it; any other answer is retried */
      '2XX': {
        headers: {
          [name: string]: unknown
        }
        content?: never
      }
    }
  }
  onAlarmClearedEvent: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody: {
      content: {
        'application/json': components['schemas']['AlarmClearedEvent']
      }
    }
    responses: {
      /** @description The receiver has accepted it; any other answer is retried */
      '2XX': {
        headers: {
          [name: string]: unknown
        }
        content?: never
      }
    }
  }
  onPlaceEnteredEvent: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody: {
      content: {
        'application/json': components['schemas']['PlaceEnteredEvent']
      }
    }
    responses: {
      /** @description The receiver has accepted it; any other answer is retried */
      '2XX': {
        headers: {
          [name: string]: unknown
        }
        content?: never
      }
    }
  }
  onPlaceLeftEvent: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody: {
      content: {
        'application/json': components['schemas']['PlaceLeftEvent']
      }
    }
    responses: {
      /** @description The receiver has accepted it; any other answer is retried */
      '2XX': {
        headers: {
          [name: string]: unknown
        }
        content?: never
      }
    }
  }
  onPlaceStayedEvent: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody: {
      content: {
        'application/json': components['schemas']['PlaceStayedEvent']
      }
    }
    responses: {
      /** @description The receiver has accepted it; any other answer is retried */
      '2XX': {
        headers: {
          [name: string]: unknown
        }
        content?: never
      }
    }
  }
  onSpeedExceededEvent: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody: {
      content: {
        'application/json': components['schemas']['SpeedExceededEvent']
      }
    }
    responses: {
      /** @description The receiver has accepted it; any other answer is retried */
      '2XX': {
        headers: {
          [name: string]: unknown
        }
        content?: never
      }
    }
  }
  onSpeedOkAgainEvent: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody: {
      content: {
        'application/json': components['schemas']['SpeedOkAgainEvent']
      }
    }
    responses: {
      /** @description The receiver has accepted it; any other answer is retried */
      '2XX': {
        headers: {
          [name: string]: unknown
        }
        content?: never
      }
    }
  }
  onCommandConcludedEvent: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody: {
      content: {
        'application/json': components['schemas']['CommandConcludedEvent']
      }
    }
    responses: {
      /** @description The receiver has accepted it; any other answer is retried */
      '2XX': {
        headers: {
          [name: string]: unknown
        }
        content?: never
      }
    }
  }
  onCommandCorrectedEvent: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody: {
      content: {
        'application/json': components['schemas']['CommandCorrectedEvent']
      }
    }
    responses: {
      /** @description The receiver has accepted it; any other answer is retried */
      '2XX': {
        headers: {
          [name: string]: unknown
        }
        content?: never
      }
    }
  }
  onUnknownDeviceSeenEvent: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody: {
      content: {
        'application/json': components['schemas']['UnknownDeviceSeenEvent']
      }
    }
    responses: {
      /** @description The receiver has accepted it; any other answer is retried */
      '2XX': {
        headers: {
          [name: string]: unknown
        }
        content?: never
      }
    }
  }
  onNotificationsHeldBackEvent: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody: {
      content: {
        'application/json': components['schemas']['NotificationsHeldBackEvent']
      }
    }
    responses: {
      /** @description The receiver has accepted it; any other answer is retried */
      '2XX': {
        headers: {
          [name: string]: unknown
        }
        content?: never
      }
    }
  }
  onSettingNotKeptEvent: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody: {
      content: {
        'application/json': components['schemas']['SettingNotKeptEvent']
      }
    }
    responses: {
      /** @description The receiver has accepted it; any other answer is retried */
      '2XX': {
        headers: {
          [name: string]: unknown
        }
        content?: never
      }
    }
  }
  onCampaignStartedEvent: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody: {
      content: {
        'application/json': components['schemas']['CampaignStartedEvent']
      }
    }
    responses: {
      /** @description The receiver has accepted it; any other answer is retried */
      '2XX': {
        headers: {
          [name: string]: unknown
        }
        content?: never
      }
    }
  }
  onCampaignPausedEvent: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody: {
      content: {
        'application/json': components['schemas']['CampaignPausedEvent']
      }
    }
    responses: {
      /** @description The receiver has accepted it; any other answer is retried */
      '2XX': {
        headers: {
          [name: string]: unknown
        }
        content?: never
      }
    }
  }
  onCampaignResumedEvent: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody: {
      content: {
        'application/json': components['schemas']['CampaignResumedEvent']
      }
    }
    responses: {
      /** @description The receiver has accepted it; any other answer is retried */
      '2XX': {
        headers: {
          [name: string]: unknown
        }
        content?: never
      }
    }
  }
  onCampaignStoppedEvent: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody: {
      content: {
        'application/json': components['schemas']['CampaignStoppedEvent']
      }
    }
    responses: {
      /** @description The receiver has accepted it; any other answer is retried */
      '2XX': {
        headers: {
          [name: string]: unknown
        }
        content?: never
      }
    }
  }
  onCampaignCancelledEvent: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody: {
      content: {
        'application/json': components['schemas']['CampaignCancelledEvent']
      }
    }
    responses: {
      /** @description The receiver has accepted it; any other answer is retried */
      '2XX': {
        headers: {
          [name: string]: unknown
        }
        content?: never
      }
    }
  }
  onCampaignFinishedEvent: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody: {
      content: {
        'application/json': components['schemas']['CampaignFinishedEvent']
      }
    }
    responses: {
      /** @description The receiver has accepted it; any other answer is retried */
      '2XX': {
        headers: {
          [name: string]: unknown
        }
        content?: never
      }
    }
  }
  onWebhookDisabledEvent: {
    parameters: {
      query?: never
      header?: never
      path?: never
      cookie?: never
    }
    requestBody: {
      content: {
        'application/json': components['schemas']['WebhookDisabledEvent']
      }
    }
    responses: {
      /** @description The receiver has accepted it; any other answer is retried */
      '2XX': {
        headers: {
          [name: string]: unknown
        }
        content?: never
      }
    }
  }
}
