"""What the machine is given so that Clausier runs by itself: systemd units, and a TLS server before it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

UNITS_DIRECTORY = Path("/etc/systemd/system")


@dataclass(frozen=True, slots=True)
class Machine:
    """What the units need to know: `program` is the `clausier` command, `account` whom it runs as."""

    program: Path
    home: Path
    account: str
    host: str
    port: int = 8000
    managed: bool = False


def units(machine: Machine) -> dict[str, str]:
    """The units, by file name: one for all with a private database; web and worker apart on a managed one."""
    if not machine.managed:
        return {"clausier.service": _service(machine, "Clausier", f"serve --port {machine.port}")}
    return {
        "clausier-web.service": _service(
            machine, "Clausier, web", f"serve --without-worker --port {machine.port}"
        ),
        "clausier-worker.service": _service(machine, "Clausier, background worker", "worker"),
        "clausier-post.service": _service(machine, "Clausier, mail", "post"),
    }


def _service(machine: Machine, what: str, command: str) -> str:
    # No PrivateTmp: under a long data directory the database's socket lies in /tmp, shared with commands.
    return f"""\
[Unit]
Description={what}
Wants=network-online.target
After=network-online.target

[Service]
User={machine.account}
Environment="CLAUSIER_HOME={machine.home}"
ExecStart="{machine.program}" {command}
KillMode=mixed
TimeoutStopSec=90
Restart=always
RestartSec=2
RestartPreventExitStatus=3
UMask=0077
NoNewPrivileges=yes
ProtectSystem=full
ProtectKernelTunables=yes
ProtectControlGroups=yes
RestrictSUIDSGID=yes

[Install]
WantedBy=multi-user.target
"""


def nginx(machine: Machine) -> str:
    """A server block: TLS for the outside, the request's number, the metrics kept inside."""
    return f"""\
server {{
    listen 80;
    listen [::]:80;
    server_name {machine.host};
    return 301 https://$host$request_uri;
}}

server {{
    listen 443 ssl http2;
    listen [::]:443 ssl http2;
    server_name {machine.host};
    ssl_certificate /etc/letsencrypt/live/{machine.host}/fullchain.pem;
    ssl_certificate_key /etc/letsencrypt/live/{machine.host}/privkey.pem;
    client_max_body_size 25m;

    location = /metrics {{
        return 404;
    }}
    location / {{
        proxy_pass http://127.0.0.1:{machine.port};
        proxy_set_header Host $host;
        proxy_set_header X-Forwarded-For $remote_addr;
        proxy_set_header X-Forwarded-Proto $scheme;
        proxy_set_header X-Request-Id $request_id;
        proxy_read_timeout 75s;
    }}
}}
"""
