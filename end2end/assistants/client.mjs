// The Node client of `client`: says what the server is, then carries out the calls of standard input.

import { createInterface } from "node:readline";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";

const [first, ...rest] = process.argv.slice(2);
const transport =
  first === "--"
    ? new StdioClientTransport({ command: rest[0], args: rest.slice(1), stderr: "inherit" })
    : new StreamableHTTPClientTransport(new URL(first), {
        requestInit: { headers: { Authorization: `Bearer ${rest[0]}` } },
      });
const client = new Client({ name: "another-make", version: "1" });
await client.connect(transport);
const { tools } = await client.listTools();
const { resources } = await client.listResources();
console.log(
  JSON.stringify({
    name: client.getServerVersion().name,
    version: transport.protocolVersion ?? "",
    tools: tools.map((tool) => tool.name),
    resources: resources.map((resource) => resource.uri),
    prompts: client.getServerCapabilities().prompts !== undefined,
  }),
);
for await (const line of createInterface({ input: process.stdin })) {
  const call = JSON.parse(line);
  const answer = await client.callTool({ name: call.tool, arguments: call.arguments });
  const text = answer.content.map((block) => block.text).join("");
  console.log(JSON.stringify({ text, error: answer.isError === true }));
}
await client.close();
