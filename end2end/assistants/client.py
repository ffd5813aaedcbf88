"""The Python client of `client`: says what the server is, then carries out the calls of standard input."""

import asyncio
import json
import sys

import httpx2
from mcp import Client, StdioServerParameters, stdio_client
from mcp.client.streamable_http import streamable_http_client


async def talk(client):
    tools = await client.list_tools()
    resources = await client.list_resources()
    # A server without prompts says so, and a client must not ask.
    print(json.dumps({
        "name": client.server_info.name,
        "version": client.protocol_version,
        "tools": [tool.name for tool in tools.tools],
        "resources": [str(resource.uri) for resource in resources.resources],
        "prompts": client.server_capabilities.prompts is not None,
    }), flush=True)
    for line in sys.stdin:
        call = json.loads(line)
        answer = await client.call_tool(call["tool"], call["arguments"])
        text = "".join(block.text for block in answer.content)
        print(json.dumps({"text": text, "error": bool(answer.is_error)}), flush=True)


async def main(arguments):
    if arguments[0] == "--":
        parameters = StdioServerParameters(command=arguments[1], args=arguments[2:])
        async with Client(stdio_client(parameters)) as client:
            await talk(client)
    else:
        address, token = arguments
        headers = {"Authorization": f"Bearer {token}"}
        async with httpx2.AsyncClient(headers=headers, timeout=120) as http:
            async with Client(streamable_http_client(address, http_client=http)) as client:
                await talk(client)


asyncio.run(main(sys.argv[1:]))
