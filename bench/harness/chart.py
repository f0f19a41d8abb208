"""The results as a picture: how many times as fast as the script each client is, on a logarithmic scale."""

import math
from typing import Any
from xml.sax.saxutils import escape

from .bars import Measured

PANELS = (
    ("Python", "py-aiohttp", ("py-wablock", "py-aiohttp", "py-httpx", "py-pywa")),
    ("Node", "node-undici", ("node-wablock", "node-undici", "node-fetch", "node-whatsapp_api_js", "node-great_detail")),
)
CASES = (
    ("single-1-0ms", "single, one after another"),
    ("single-64-0ms", "single, 64 at once"),
    ("block-0ms", "block 64,000"),
    ("list-1000-0ms", "list 64,000"),
    ("digital99-0ms", "99digital 5,000"),
    ("nxcloud-0ms", "NxCloud 64,000"),
)
OURS, THEIRS, TEXT = "#0b7a4b", "#9aa4ad", "#1f2933"
LEFT, BAR, GAP, SCALE, WIDTH = 330, 14, 26, 150, 900


def svg(data: dict[str, Any], names: dict[str, str]) -> str:
    at = Measured(data)
    parts: list[str] = []
    y = 34
    for language, script, clients in PANELS:
        title = f"{language}: times as fast as the {names[script].split(': ')[1]} (logarithmic)"
        parts.append(f'<text x="16" y="{y}" class="head">{escape(title)}</text>')
        y += 18
        for case, label in CASES:
            parts.append(f'<text x="16" y="{y + 11}" class="case">{escape(label)}</text>')
            for client in clients:
                ratio = at.faster(case, client, script)
                if math.isnan(ratio):
                    continue
                # A tenth as fast has the shortest bar.
                length = max(2.0, (math.log10(ratio) + 1.3) * SCALE)
                colour = OURS if client.endswith("wablock") else THEIRS
                name = names[client].split(": ")[1]
                parts.append(f'<text x="{LEFT - 8}" y="{y + 11}" class="name">{escape(name)}</text>')
                parts.append(f'<rect x="{LEFT}" y="{y}" width="{length:.0f}" height="{BAR - 2}" fill="{colour}"/>')
                parts.append(f'<text x="{LEFT + length + 6:.0f}" y="{y + 11}" class="value">{ratio:.2f}x</text>')
                y += BAR
            y += GAP - BAR
        y += GAP
    style = (
        f"text{{font-family:sans-serif;fill:{TEXT}}}.head{{font-size:15px;font-weight:bold}}.case{{font-size:12px}}"
        ".name{font-size:11px;text-anchor:end}.value{font-size:11px}"
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{y}" viewBox="0 0 {WIDTH} {y}">'
        f'<style>{style}</style><rect width="100%" height="100%" fill="#fff"/>{"".join(parts)}</svg>\n'
    )
