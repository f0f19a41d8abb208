"""A process that does nothing: what the interpreter and the harness's own code need."""

import common

common.main(None)
