"""A Proxmox VE with two nodes, three virtual machines and tokens of every kind, made of the package fakepve.

Prints {"url", "fingerprint", "authority", "tokens", "schema"} on one line. Then reads one JSON object a line and
answers each with one line, until standard input closes:
  {"do": "backup", "vmid": 200, "seconds": 5}   starts vzdump; answers {"upid"}
  {"do": "lock"|"unlock", "vmid": 200}          sets or takes away the backup lock alone
  {"do": "network", "latency": 0, "drop": 0, "hang": 0}   seconds; shares of requests from 0 to 1
  {"do": "offline"|"online", "node": "pihanga"} what the cluster answers for a node that is down
  {"do": "fail", "path": "/version", "status": 500, "message": "…"}   the next answer on that path
  {"do": "requests"}                            answers {"requests": [[method, path], …]} and forgets them
Never listens anywhere but on 127.0.0.1.
"""

import asyncio
import hashlib
import json
import os
import ssl
import sys

import fakepve
from fakepve import FakePve

AUDITOR = ('Sys.Audit', 'VM.Audit', 'Datastore.Audit')
# Tokens with their own privileges, as a privilege-separated token has them. The package does not intersect them with
# the user's, so the users here hold none.
TOKENS = {
    'auditor': ('runlight@pve!auditor', AUDITOR),
    'no_sys_audit': ('runlight@pve!nosys', ('VM.Audit', 'Datastore.Audit')),
    'no_vm_audit': ('runlight@pve!novm', ('Sys.Audit',)),
    'no_datastore_audit': ('runlight@pve!nostore', ('Sys.Audit', 'VM.Audit')),
    'nothing': ('runlight@pve!nothing', ()),
    # What the documentation advises, with the two privileges that answer more.
    'all': ('runlight@pve!all', AUDITOR + ('Sys.Syslog', 'VM.GuestAgent.Audit')),
}


def make_homelab():
    pve = FakePve(host='127.0.0.1', port=0)
    pve.time_scale = 1.0
    pve.nodes.clear()
    pve.add_node('pihanga')
    pve.add_node('ruapehu')
    pve.add_vm(200, 'talos-monitor', node='pihanga', status='running', config={'memory': 8192, 'cores': 4})
    pve.add_vm(201, 'talos-agentic', node='pihanga', status='running', config={'memory': 4096, 'cores': 2})
    pve.add_vm(100, 'talos-prod', node='ruapehu', status='running', config={'memory': 16384, 'cores': 8})
    # One machine whose agent answers with the package's own interfaces.
    pve.guest(200).config['agent'] = '1'
    pve.guest(200).agent = {}
    for name, (token, privileges) in TOKENS.items():
        pve.apitokens[token] = 'secret-of-' + name
        pve.grant(token, '/', *privileges)
    return pve


def describe(pve, folder):
    with open(os.path.join(folder, 'certificate')) as file:
        der = ssl.PEM_cert_to_DER_cert(file.read())
    digest = hashlib.sha256(der).hexdigest().upper()
    return {
        'url': pve.url,
        'fingerprint': ':'.join(digest[i:i + 2] for i in range(0, len(digest), 2)),
        'authority': os.path.join(folder, 'authority'),
        'tokens': {name: token + '=' + pve.apitokens[token] for name, (token, _) in TOKENS.items()},
        'schema': os.path.join(os.path.dirname(fakepve.__file__), 'data', 'pve-api.json.gz'),
    }


async def obey(pve, order):
    match order.pop('do'):
        case 'backup':
            return {'upid': await pve.backup(order['vmid'], secs=order['seconds'])}
        case 'lock':
            pve.snapshot_lock(order['vmid'], lock='backup')
        case 'unlock':
            pve.unlock(order['vmid'])
        case 'network':
            pve.network.update(latency=order.get('latency', 0), drop_rate=order.get('drop', 0),
                               hang_rate=order.get('hang', 0))
        case 'offline':
            pve.set_node_offline(order['node'])
        case 'online':
            pve.set_node_offline(order['node'], False)
        case 'fail':
            pve.fail('GET', order['path'], status=order['status'], message=order['message'], times=1)
        case 'requests':
            seen = [[method, path] for method, path, _ in pve.requests]
            pve.requests.clear()
            return {'requests': seen}
        case other:
            return {'error': 'no such order: ' + other}
    return {}


async def serve(folder):
    pve = make_homelab()
    await pve.start(os.path.join(folder, 'certificate'), os.path.join(folder, 'key'))
    print(json.dumps(describe(pve, folder)), flush=True)
    lines = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), sys.stdin)
    while line := await lines.readline():
        print(json.dumps(await obey(pve, json.loads(line))), flush=True)
    await pve.stop()


asyncio.run(serve(sys.argv[1]))
