"""Reads everything with pytraccar, as Home Assistant does, and prints it as lines of JSON: host, port, key."""
import asyncio
import json
import sys

import aiohttp
from pytraccar import ApiClient, TraccarException


def show(kind, value):
    print(json.dumps({"kind": kind, "value": value}), flush=True)


async def main(host, port, key):
    # Addresses without a name have cookies in an unsafe jar only; Home Assistant uses one for HTTP.
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as session:
        client = ApiClient(host, "me@example.com", key, session, port=int(port))
        show("server", await client.get_server())
        devices = await client.get_devices()
        show("devices", devices)
        show("positions", await client.get_positions())
        show("geofences", await client.get_geofences())
        ids = [device["id"] for device in devices]
        show("events", await client.get_reports_events(devices=ids, event_types=["deviceOnline", "alarm"]))

        async def on_update(data):
            show("update", data)

        await client.subscribe(on_update)


try:
    asyncio.run(main(*sys.argv[1:]))
except TraccarException as error:
    show("error", type(error).__name__)
