"""Checks that both languages ended in the same state."""

import json
import sys
from pathlib import Path

one, other = (json.loads(Path(path).read_text(encoding="utf-8")) for path in sys.argv[1:3])
for provider, state in one.items():
    for part, value in state.items():
        if other[provider][part] != value:
            sys.exit(f"{provider}: {part} differs:\n  Python {value}\n  Node   {other[provider][part]}")
if one.keys() != other.keys():
    sys.exit("the languages played different providers")
print(f"The same outcomes and lists from both languages at {len(one)} providers: {', '.join(one)}")
